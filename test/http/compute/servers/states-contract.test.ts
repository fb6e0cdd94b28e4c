import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Instance, instances } from '../../../../actors/instance/row.ts';
import { TASK_STATES, type TaskState, VM_STATES, type VmState } from '../../../../actors/instance/states.ts';
import { volumes as volumeTable } from '../../../../actors/volume/row.ts';
import { anInstance, HELD_VOLUME } from '../../../actors/instance/an-instance.ts';
import { aCaller } from '../../stub-api.ts';
import { type Answered, anImage, startTestCloud, type TestCloud } from '../cloud.ts';
import { volumesOf } from '../volumes.ts';

const CONTRACT = join(import.meta.dirname, '../../../../../shared/compute-api/states.json');
const skip = existsSync(CONTRACT) ? false : 'the extracted contract is not on this machine';

/** What is asked for, of a server with this id. */
interface Asked {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Behind `/servers/{id}`. */
  readonly path: string;
  readonly body?: object;
  readonly version?: string;
  /** As the answer names it. */
  readonly action: string;
}

const action = (name: string, value: unknown = null, version = '2.104', called = name): Asked => ({
  method: 'POST',
  path: '/action',
  body: { [name]: value },
  version,
  action: called,
});

/** A volume that every server of this test has, and one that none has. */
const HELD = HELD_VOLUME.volumeId;
let free = '';
const attachment = (volumeId: string): object => ({ volumeAttachment: { volumeId } });

/** How each method of Nova's compute API is asked for. */
const ASKED: Readonly<Record<string, () => Asked>> = {
  restore: () => action('restore'),
  stop: () => action('os-stop', null, '2.104', 'stop'),
  start: () => action('os-start', null, '2.104', 'start'),
  trigger_crash_dump: () => action('trigger_crash_dump'),
  backup: () => action('createBackup', { name: 'b', backup_type: 'daily', rotation: 1 }),
  snapshot: () => action('createImage', { name: 's' }),
  _soft_reboot: () => action('reboot', { type: 'SOFT' }),
  _hard_reboot: () => action('reboot', { type: 'HARD' }),
  rebuild: () => action('rebuild', { imageRef: anImage().id }),
  revert_resize: () => action('revertResize'),
  confirm_resize: () => action('confirmResize'),
  resize: () => action('resize', { flavorRef: '2' }),
  shelve: () => action('shelve'),
  shelve_offload: () => action('shelveOffload'),
  unshelve: () => action('unshelve'),
  pause: () => action('pause'),
  unpause: () => action('unpause'),
  suspend: () => action('suspend'),
  resume: () => action('resume'),
  rescue: () => action('rescue'),
  unrescue: () => action('unrescue'),
  set_admin_password: () => action('changePassword', { adminPass: 'x' }),
  attach_volume: () => ({
    method: 'POST',
    path: '/os-volume_attachments',
    body: attachment(free),
    action: 'attach_volume',
  }),
  detach_volume: () => ({ method: 'DELETE', path: `/os-volume_attachments/${HELD}`, action: 'detach_volume' }),
  swap_volume: () => ({
    method: 'PUT',
    path: `/os-volume_attachments/${HELD}`,
    body: attachment(free),
    action: 'swap_volume',
  }),
  attach_interface: () => ({ method: 'POST', path: '/os-interface', body: {}, action: 'attach_interface' }),
  delete_instance_metadata: () => ({ method: 'DELETE', path: '/metadata/role', action: 'delete metadata' }),
  update_instance_metadata: () => ({
    method: 'POST',
    path: '/metadata',
    body: { metadata: { a: 'b' } },
    action: 'update metadata',
  }),
  live_migrate: () => action('os-migrateLive', { host: null, block_migration: 'auto' }, '2.104', 'os-migrateLive'),
  evacuate: () => action('evacuate', {}),
};

/** Methods that are not asked for here, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  soft_delete: 'refuses no state',
  delete: 'refuses no state',
  force_delete: 'refuses no state',
  snapshot_volume_backed: 'the same request and states as snapshot',
  detach_interface: 'needs a port of each server: interfaces.test.ts',
  live_migrate_force_complete: 'needs a migration that runs: live-migration.test.ts',
  live_migrate_abort: 'needs a migration that runs: live-migration.test.ts',
};

interface Check {
  readonly check: string;
  readonly vm_state?: readonly string[] | 'any';
  readonly task_state?: readonly (string | null)[] | 'any';
}

interface Contract {
  readonly allowed_states: readonly {
    readonly compute_api_method: string;
    readonly checks_in_order: readonly Check[];
  }[];
}

const contract: Contract = skip ? { allowed_states: [] } : JSON.parse(readFileSync(CONTRACT, 'utf8'));
const checks = contract.allowed_states.flatMap(({ compute_api_method: method, checks_in_order: all }) => {
  const check = all.find((one) => one.check === 'check_instance_state');
  return check ? [{ method, ...check }] : [];
});

const TASKS: readonly (TaskState | null)[] = [null, ...TASK_STATES];
const LIVING = VM_STATES.filter((state) => state !== 'deleted');

describe('what a server is in says what is answered', { skip }, () => {
  let cloud: TestCloud;
  const ids = new Map<string, string>();
  const idOf = (vmState: VmState, taskState: TaskState | null): string => ids.get(`${vmState} ${taskState}`) ?? '';

  before(async () => {
    cloud = await startTestCloud();
    const volumes = volumesOf(cloud);
    free = await volumes.make();
    const { projectId, userId } = aCaller();
    const rows: Instance[] = [];
    for (const vmState of LIVING) {
      for (const taskState of TASKS) {
        const id = `00000000-0000-4000-8000-${String(ids.size).padStart(12, '0')}`;
        ids.set(`${vmState} ${taskState}`, id);
        const own = { id, projectId: projectId ?? '', userId, host: 'sim-0', vmState, taskState };
        rows.push(anInstance({ ...own, volumes: [HELD_VOLUME] }));
      }
    }
    cloud.store.apply(rows.map((row) => [instances.key(row.id), row]));
    const held = volumeTable.read(cloud.store, free);
    assert.ok(held);
    const migrating = { ...held, id: HELD, status: 'in-use', migrationStatus: 'migrating' };
    cloud.store.apply([[volumeTable.key(HELD), migrating]]);
  });
  after(() => cloud.close());

  const ask = ({ method, path, body, version = '2.84' }: Asked, id: string): Promise<Answered> =>
    cloud.call(method, `/servers/${id}${path}`, { as: 'admin', version, ...(body ? { body } : {}) });

  test('each method of the contract that checks a state is asked for, or told why not', () => {
    assert.ok(checks.length > 30);
    for (const { method } of checks)
      assert.ok(Object.hasOwn(ASKED, method) !== Object.hasOwn(ELSEWHERE, method), method);
  });

  for (const { method, vm_state: vmStates = 'any', task_state: taskStates = 'any' } of checks) {
    const asked = ASKED[method];
    if (!asked) continue;
    test(`${method} is refused in every state that Nova refuses, in its words`, async () => {
      const wanted = asked();
      let refused = 0;
      for (const vmState of LIVING) {
        for (const taskState of TASKS) {
          const isState = vmStates === 'any' || vmStates.includes(vmState);
          const isTask = taskStates === 'any' || taskStates.includes(taskState);
          if (isState && isTask) continue;
          // One task state is as good as another where the state alone is refused.
          if (!isState && taskState !== null && taskState !== 'deleting') continue;
          const id = idOf(vmState, taskState);
          const { status, body } = await ask(wanted, id);
          const why = isState ? `task_state ${taskState}` : `vm_state ${vmState}`;
          const message = `Cannot '${wanted.action}' instance ${id} while it is in ${why}`;
          assert.deepEqual(
            [status, body?.conflictingRequest],
            [409, { code: 409, message }],
            `${vmState} ${taskState}`,
          );
          refused += 1;
        }
      }
      assert.ok(refused > 5);
    });
  }
});
