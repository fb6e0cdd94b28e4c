import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as v from 'valibot';
import { TASK_STATES, VM_STATES } from '../../../../actors/instance/states.ts';
import { STATUSES, statesOf, statusOf } from '../../../../http/compute/servers/statuses.ts';

const FILE = new URL('../../../../../shared/compute-api/states.json', import.meta.url);
const skip = existsSync(FILE) ? false : 'states.json is absent';

const States = v.object({
  all_statuses: v.array(v.string()),
  status_map: v.record(v.string(), v.object({ default: v.string(), by_task_state: v.record(v.string(), v.string()) })),
});

test('every state has the status that Nova gives it', { skip }, () => {
  const { all_statuses, status_map } = v.parse(States, JSON.parse(readFileSync(FILE, 'utf8')));
  assert.deepEqual([...STATUSES], all_statuses);
  assert.deepEqual([...VM_STATES].sort(), Object.keys(status_map).sort());
  for (const vmState of VM_STATES) {
    for (const taskState of [null, ...TASK_STATES]) {
      const row = status_map[vmState];
      const expected = (taskState === null ? undefined : row?.by_task_state[taskState]) ?? row?.default;
      assert.equal(statusOf({ vmState, taskState }), expected, `${vmState} ${taskState}`);
    }
  }
});

test('a status stands for its states, in any case; that of a state without a task for every task', () => {
  assert.deepEqual(statesOf(['active']), { vmStates: new Set(['active']), taskStates: null });
  const reboot = statesOf(['REBOOT']);
  assert.deepEqual([...(reboot?.taskStates ?? [])], ['rebooting', 'reboot_pending', 'reboot_started']);
  assert.equal(statesOf(['nonsense']), null);
  assert.deepEqual(statesOf(['MIGRATING'])?.vmStates, new Set(['active', 'paused']));
  assert.deepEqual(statesOf(['UNKNOWN'])?.vmStates.size, 0);
});
