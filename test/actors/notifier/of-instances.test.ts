import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { INSTANCE_EVENT_TYPES } from '../../../actors/notifier/event-types.ts';
import { anInstance, HELD_VOLUME, REQUESTS, SPEC, USER } from '../instance/an-instance.ts';
import { Heard } from './heard.ts';
import { contractAbsent } from './told.ts';

const FOLDER = new URL('../../../../shared/compute-api/', import.meta.url);

test('an operation is told when it begins and when it has ended, with who has asked for it', () => {
  const heard = new Heard(anInstance({ vmState: 'active' }));
  heard.begin('pause');
  heard.ended();
  assert.deepEqual(heard.types, ['instance.pause.start', 'instance.pause.end']);
  const [begun, ended] = heard.told;
  assert.equal(begun?.payload['nova_object.data']['task_state'], 'pausing');
  assert.equal(ended?.payload['nova_object.data']['state'], 'paused');
  for (const told of [begun, ended]) {
    assert.equal(told?.publisher_id, `nova-compute:${anInstance().host}`);
    assert.equal(told?.payload['nova_object.data']['request_id'], 'req-pause');
    assert.equal(told?.payload['nova_object.data']['action_initiator_user'], USER.userId);
  }
});

test('a build that fails is told as an error, with its fault', () => {
  const heard = new Heard(null);
  heard.tell({ type: 'create', spec: SPEC, requester: USER });
  const claimId = `${USER.requestId}.0.0.1`;
  const error = { code: 'NoValidHost', reason: 'No valid host was found.', details: 'none' } as const;
  heard.tell({ type: 'claimed', claimId, outcome: { ok: false, error } });
  assert.deepEqual(heard.types, ['instance.create.start', 'instance.create.error']);
  const failed = heard.told.at(-1);
  assert.equal(failed?.priority, 'ERROR');
  assert.match(JSON.stringify(failed?.payload['nova_object.data']['fault']), /No valid host was found/);
});

test('a build that goes from cell to cell is told by the one that keeps the instance, once', () => {
  const given = { cell: 'cell2', createdAtMs: 0, failure: null };
  const claimId = `${USER.requestId}.0.0.1`;
  const error = { code: 'NoValidHost', reason: 'No valid host was found.', details: 'none' } as const;
  const without = new Heard(null);
  without.tell({ type: 'create', spec: SPEC, requester: USER, given });
  without.tell({ type: 'claimed', claimId, outcome: { ok: false, error } });
  assert.deepEqual([without.state, without.types], [null, []]);
  const placed = new Heard(null);
  placed.tell({ type: 'create', spec: SPEC, requester: USER, given });
  placed.tell({ type: 'claimed', claimId, outcome: { ok: true, value: { host: 'h7', zone: 'nova' } } });
  assert.deepEqual(placed.types, ['instance.create.start']);
  assert.equal(placed.told[0]?.publisher_id, 'nova-compute:h7');
  const nowhere = new Heard(null);
  nowhere.tell({ type: 'create', spec: SPEC, requester: USER, given: { ...given, failure: error } });
  assert.deepEqual(nowhere.types, ['instance.create.start', 'instance.create.error']);
  const overtaken = new Heard(null);
  overtaken.tell({ type: 'create', spec: SPEC, requester: USER, given });
  overtaken.begin('delete');
  assert.deepEqual(overtaken.types.slice(0, 3), [
    'instance.create.start',
    'instance.create.error',
    'instance.delete.start',
  ]);
});

test('a password, a key or user data are in no notification', () => {
  const heard = new Heard(null);
  const secret = {
    userData: 'c2VjcmV0',
    publicKey: 'ssh-rsa AAAA',
    keyType: 'ssh',
    adminPassword: 'pa55word',
  } as const;
  heard.tell({ type: 'create', spec: { ...SPEC, bootData: secret }, requester: USER });
  const all = JSON.stringify(heard.told);
  assert.ok(all.length > 100);
  for (const text of ['c2VjcmV0', 'ssh-rsa', 'pa55word']) assert.ok(!all.includes(text), text);
});

test('what overtakes an operation ends it, and both are told', () => {
  const heard = new Heard(anInstance());
  heard.begin('softReboot');
  heard.begin('delete');
  heard.ended();
  assert.deepEqual(heard.types, [
    'instance.reboot.start',
    'instance.reboot.error',
    'instance.delete.start',
    'instance.shutdown.start',
    'instance.shutdown.end',
    'instance.delete.end',
  ]);
  const unplaced = new Heard(anInstance({ host: null, vmState: 'error' }));
  unplaced.begin('delete');
  assert.ok(unplaced.types.includes('instance.delete.start'), 'there was no guest to be shut down');
  assert.ok(!unplaced.types.some((type) => type.startsWith('instance.shutdown')), `${unplaced.types}`);
});

test('a change by its user is told as it was and as it is; changes of state only where they are asked for', () => {
  const quiet = new Heard(anInstance({ name: 'old' }));
  quiet.tell({ type: 'update', changes: { name: 'new' } });
  quiet.begin('pause');
  assert.deepEqual(quiet.types, ['instance.update', 'instance.pause.start']);
  assert.equal(quiet.told[0]?.payload['nova_object.data']['old_display_name'], 'old');
  const loud = new Heard(anInstance(), true);
  loud.begin('pause');
  assert.deepEqual(loud.types, ['instance.pause.start', 'instance.update']);
});

test('locks and ports are told as they are recorded', () => {
  const heard = new Heard(anInstance());
  heard.tell({ type: 'lock', reason: 'r', requester: USER });
  heard.tell({ type: 'unlock', requester: USER });
  assert.deepEqual(heard.types, ['instance.lock', 'instance.unlock']);
});

test('a power change without an operation is no notification', () => {
  const heard = new Heard(anInstance());
  heard.tell({ type: 'powerChanged', power: 'stopped', reason: 'by itself' });
  assert.deepEqual(heard.types, []);
});

test('types, names, versions and fields are those of Nova', { skip: contractAbsent }, () => {
  const lines = readFileSync(new URL('notifications.tsv', FOLDER), 'utf8').trim().split('\n').slice(1);
  const contract = new Map(
    lines.map((line) => {
      const [type = '', priority, , name, version, , fields = ''] = line.split('\t');
      return [type, { priority, name, version, fields: fields.split(',').sort() }] as const;
    }),
  );
  assert.ok(contract.size > 100);
  for (const type of INSTANCE_EVENT_TYPES) assert.ok(contract.has(type), type);
  const stories: Heard[] = [];
  for (const operation of Object.keys(REQUESTS)) {
    const heard = new Heard(anInstance({ vmState: 'active' }));
    const isKnown = (name: string): name is keyof typeof REQUESTS => name in REQUESTS;
    if (isKnown(operation)) heard.begin(operation);
    stories.push(heard);
  }
  const renamed = new Heard(anInstance());
  renamed.tell({ type: 'update', changes: { name: 'new' } });
  const built = new Heard(null);
  built.tell({ type: 'create', spec: SPEC, requester: USER });
  const told = [...stories, renamed, built].flatMap((heard) => heard.told);
  assert.ok(told.length > 10, `${told.length}`);
  for (const { event_type, priority, payload } of told) {
    const expected = contract.get(event_type);
    assert.deepEqual(
      [priority, payload['nova_object.name'], payload['nova_object.version']],
      [expected?.priority, expected?.name, expected?.version],
      event_type,
    );
    assert.deepEqual(Object.keys(payload['nova_object.data']).sort(), expected?.fields, event_type);
  }
});

test('the swap of a volume is told with both volumes, also when it could not be', () => {
  const heard = new Heard(anInstance({ volumes: [HELD_VOLUME] }));
  heard.begin('swapVolume');
  const requestId = 'req-swapVolume.0.0.1';
  const reason = 'It is gone.';
  heard.tell({ type: 'volumesBound', requestId, outcome: { ok: false, error: { code: 'InvalidVolume', reason } } });
  assert.deepEqual(heard.types, ['instance.volume_swap.start', 'instance.volume_swap.error']);
  const { volumeId, newVolumeId } = REQUESTS.swapVolume;
  for (const { payload } of heard.told) {
    assert.equal(payload['nova_object.name'], 'InstanceActionVolumeSwapPayload');
    const data = payload['nova_object.data'];
    assert.deepEqual([data['old_volume_id'], data['new_volume_id']], [volumeId, newVolumeId]);
  }
});

test('an interface that cannot be attached is told as an error', () => {
  const heard = new Heard(anInstance({ vmState: 'active' }));
  heard.begin('attachInterface');
  const [requestId, networkId] = ['req-attachInterface.0.0.1', 'none'];
  heard.tell({ type: 'portsBound', requestId, outcome: { ok: false, error: { code: 'NetworkNotFound', networkId } } });
  assert.deepEqual(heard.types, ['instance.interface_attach.start', 'instance.interface_attach.error']);
});
