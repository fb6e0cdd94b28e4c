import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { hostKind } from '../../../actors/host/index.ts';
import { host } from '../../../actors/host/protocol.ts';
import type { Host } from '../../../actors/host/row.ts';
import { notifyingHosts } from '../../../actors/notifier/of-hosts.ts';
import { notifyingRegistry, REGISTRY_EVENT_TYPES } from '../../../actors/notifier/of-registry.ts';
import { registryKind } from '../../../actors/registry/index.ts';
import { type NewFlavor, REGISTRY_MAIN, type RegistryMessage, registry } from '../../../actors/registry/protocol.ts';
import { RecordingContext } from '../recording-context.ts';

const FOLDER = new URL('../../../../shared/compute-api/', import.meta.url);
const contractAbsent = existsSync(FOLDER) ? false : 'shared/compute-api is absent';

interface Told {
  readonly event_type: string;
  readonly publisher_id: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const toldTo = (ctx: RecordingContext): readonly Told[] =>
  ctx.toldTo('notifier/webhook').map((message) => JSON.parse(Object(message).notification.body));

const FLAVOR: NewFlavor = {
  flavorId: 'f1',
  name: 'small',
  vcpus: 1,
  memoryMib: 512,
  rootGib: 1,
  ephemeralGib: 0,
  swapMib: 0,
  rxtxFactor: 1,
  description: null,
  isPublic: true,
};
const KEY = { userId: 'u', name: 'k', type: 'ssh', publicKey: 'ssh-rsa AAAA', fingerprint: 'aa' } as const;
const GROUP = { id: 'g', name: 'g', projectId: 'p', userId: 'u', policy: 'affinity', maxServersPerHost: null } as const;

const MESSAGES: readonly RegistryMessage[] = [
  { type: 'createFlavor', flavor: FLAVOR },
  { type: 'updateFlavor', flavorId: 'f1', description: 'x' },
  { type: 'createFlavor', flavor: FLAVOR },
  { type: 'deleteFlavor', flavorId: 'f1' },
  { type: 'createKeypair', keypair: KEY, keyPairsMax: 10, isImported: true },
  { type: 'deleteKeypair', userId: 'u', name: 'k' },
  { type: 'createAggregate', name: 'a', zone: null },
  { type: 'addAggregateHost', number: 1, host: 'h', occupied: {} },
  { type: 'createServerGroup', group: GROUP, groupsMax: 10 },
  { type: 'deleteServerGroup', id: 'g' },
];

function story(): readonly Told[] {
  const ctx = new RecordingContext(registry.at(REGISTRY_MAIN));
  const kind = notifyingRegistry(registryKind, ['webhook']);
  for (const message of MESSAGES) kind.handle(null, message, ctx);
  return toldTo(ctx);
}

test('what changes in the registry is told as it is done, what was refused is not', () => {
  const told = story();
  assert.deepEqual(
    told.map(({ event_type }) => event_type),
    [
      'flavor.create',
      'flavor.update',
      'flavor.delete',
      'keypair.import.start',
      'keypair.import.end',
      'keypair.delete.start',
      'keypair.delete.end',
      'aggregate.create.start',
      'aggregate.create.end',
      'aggregate.add_host.start',
      'aggregate.add_host.end',
      'server_group.create',
      'server_group.delete',
    ],
  );
  for (const { publisher_id } of told) assert.equal(publisher_id, 'nova-api:novella');
});

test('the flavors of a first start are not told', () => {
  const ctx = new RecordingContext(registry.at(REGISTRY_MAIN));
  notifyingRegistry(registryKind, ['webhook']).handle(null, { type: 'ensureDefaults', flavors: [FLAVOR] }, ctx);
  assert.deepEqual(toldTo(ctx), []);
});

function hostStory(): readonly Told[] {
  const ctx = new RecordingContext(host.at('h'));
  const kind = notifyingHosts(hostKind, ['webhook']);
  const registration = { name: 'h', cell: 'cell1', zone: 'nova', lookEveryMs: 60_000 };
  let state: Host | null = null;
  for (const message of [
    { type: 'register', registration },
    { type: 'lookAgain' },
    { type: 'setDisabled', disabled: true, reason: 'new disk' },
    { type: 'setForcedDown', forcedDown: true },
  ] as const) {
    state = kind.handle(state, message, ctx);
  }
  return toldTo(ctx);
}

test('a host is told when it is new and when somebody changes it, not when it is looked at', () => {
  const told = hostStory();
  assert.deepEqual(
    told.map(({ event_type }) => event_type),
    ['service.create', 'service.update', 'service.update'],
  );
  assert.equal(told[0]?.publisher_id, 'nova-compute:h');
});

test('types, names, versions and fields are those of Nova', { skip: contractAbsent }, () => {
  const lines = readFileSync(new URL('notifications.tsv', FOLDER), 'utf8').trim().split('\n').slice(1);
  const contract = new Map(lines.map((line) => [line.split('\t')[0], line.split('\t')] as const));
  for (const type of REGISTRY_EVENT_TYPES) assert.ok(contract.has(type), type);
  for (const { event_type, payload } of [...story(), ...hostStory()]) {
    const [, , , name, version, , fields = ''] = contract.get(event_type) ?? [];
    assert.deepEqual([payload['nova_object.name'], payload['nova_object.version']], [name, version], event_type);
    assert.deepEqual(Object.keys(Object(payload['nova_object.data'])).sort(), fields.split(',').sort(), event_type);
  }
});
