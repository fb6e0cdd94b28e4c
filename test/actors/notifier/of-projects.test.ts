import assert from 'node:assert/strict';
import test from 'node:test';
import { instances } from '../../../actors/instance/row.ts';
import { notifyingProjects, PROJECT_EVENT_TYPES } from '../../../actors/notifier/of-projects.ts';
import { projectKind } from '../../../actors/project/index.ts';
import { project } from '../../../actors/project/protocol.ts';
import { DEFAULT_QUOTA } from '../../../actors/project/row.ts';
import { serverGroups } from '../../../actors/registry/row.ts';
import { anInstance, SPEC, USER } from '../instance/an-instance.ts';
import { RecordingContext } from '../recording-context.ts';
import { assertContract, contractAbsent, dataOf, type Told, toldTo } from './told.ts';

const GROUP = { id: 'g', policy: 'affinity', maxServersPerHost: null } as const;
const ROW = { ...GROUP, name: 'web', projectId: 'p', userId: 'u', createdAtMs: 0, number: 1 };

function created(count: number, serverGroup: typeof GROUP | null, quota = DEFAULT_QUOTA): readonly Told[] {
  const ctx = new RecordingContext(project.at('p'));
  ctx.put(serverGroups, 'g', ROW);
  ctx.put(instances, 'i0', anInstance({ id: 'i0', serverGroup: GROUP }));
  const kind = notifyingProjects(projectKind(quota), ['webhook']);
  const specs = Array.from({ length: count }, (_, index) => ({ ...SPEC, id: `i${index + 1}`, serverGroup }));
  kind.handle(kind.activate('p', ctx.rows), { type: 'createInstances', specs, requester: USER }, ctx);
  return toldTo(ctx);
}

test('each new member of a group is told, with all that the group has then', () => {
  const told = created(2, GROUP);
  assert.deepEqual(
    told.map((one) => [one.event_type, dataOf(one)['uuid'], dataOf(one)['name'], dataOf(one)['members']]),
    [
      ['server_group.add_member', 'g', 'web', ['i0', 'i1']],
      ['server_group.add_member', 'g', 'web', ['i0', 'i1', 'i2']],
    ],
  );
});

test('no member is told of an instance outside of all groups, or of one that the quota refuses', () => {
  assert.deepEqual(created(1, null), []);
  assert.deepEqual(created(1, GROUP, { ...DEFAULT_QUOTA, instances: 0 }), []);
});

test('what is told of members is as Nova tells it', { skip: contractAbsent }, () => {
  assertContract(created(1, GROUP), PROJECT_EVENT_TYPES);
});
