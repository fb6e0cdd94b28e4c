import assert from 'node:assert/strict';
import test from 'node:test';
import { handleUnder } from '../../../actors/project/handle.ts';
import { project } from '../../../actors/project/protocol.ts';
import {
  DEFAULT_CLASS,
  DEFAULT_QUOTA,
  limitsOfProject,
  limitsOfUser,
  type ProjectUsage,
  projectLimits,
  quotaClasses,
  type SomeLimits,
} from '../../../actors/project/row.ts';
import { SPEC, USER } from '../instance/an-instance.ts';
import { RecordingContext } from '../recording-context.ts';

const ONE = { instances: 1, cores: 2, ramMib: 512 };
const USED: ProjectUsage = { projectId: 'p1', ...ONE, users: [{ userId: 'u1', ...ONE }] };
const handle = handleUnder(DEFAULT_QUOTA);

function set(ctx: RecordingContext, limits: SomeLimits, userId: string | null = null, force = false) {
  handle(USED, { type: 'setLimits', userId, limits, force }, ctx);
  return ctx.replies.at(-1);
}

const outOfRange = (resource: string, limit: number, bound: string, value: number) => ({
  ok: false,
  error: { code: 'QuotaLimitOutOfRange', resource, limit, bound, value },
});

test('a project has its own limits, else those of the class default, else those of the configuration', () => {
  const ctx = new RecordingContext(project.at('p1'));
  assert.equal(limitsOfProject(ctx.rows, DEFAULT_QUOTA, 'p1').cores, DEFAULT_QUOTA.cores);
  ctx.put(quotaClasses, DEFAULT_CLASS, { name: DEFAULT_CLASS, limits: { cores: 7, ramMib: 4_096 } });
  assert.equal(limitsOfProject(ctx.rows, DEFAULT_QUOTA, 'p1').cores, 7);
  set(ctx, { cores: 9 });
  const { cores, ramMib, instances } = limitsOfProject(ctx.rows, DEFAULT_QUOTA, 'p1');
  assert.deepEqual([cores, ramMib, instances], [9, 4_096, DEFAULT_QUOTA.instances]);
  handle(USED, { type: 'forgetLimits', userId: null }, ctx);
  assert.equal(limitsOfProject(ctx.rows, DEFAULT_QUOTA, 'p1').cores, 7);
});

test('a limit below what is used is refused, unless it is forced', () => {
  const ctx = new RecordingContext(project.at('p1'));
  assert.deepEqual(set(ctx, { cores: 1 }), outOfRange('cores', 1, 'minimum', 2));
  assert.equal(projectLimits.read(ctx.rows, 'p1'), undefined);
  assert.deepEqual(set(ctx, { cores: -1 }), { ok: true, value: { instanceIds: [] } });
  set(ctx, { cores: 1 }, null, true);
  assert.equal(limitsOfProject(ctx.rows, DEFAULT_QUOTA, 'p1').cores, 1);
});

test("a user's limit lies between what the user has and what the project has left", () => {
  const ctx = new RecordingContext(project.at('p1'));
  assert.deepEqual(set(ctx, { cores: 1 }, 'u1'), outOfRange('cores', 1, 'minimum', 2));
  assert.deepEqual(set(ctx, { cores: 21 }, 'u1'), outOfRange('cores', 21, 'maximum', 20));
  assert.deepEqual(set(ctx, { cores: -1 }, 'u1'), outOfRange('cores', -1, 'maximum', 20));
  set(ctx, { cores: 15 }, 'u1');
  assert.deepEqual(set(ctx, { cores: 6 }, 'u2'), outOfRange('cores', 6, 'maximum', 5));
  assert.deepEqual(set(ctx, { cores: 14 }), outOfRange('cores', 14, 'minimum', 15), 'given to its users');
  assert.equal(limitsOfUser(ctx.rows, DEFAULT_QUOTA, 'p1', 'u1').cores, 15);
  assert.equal(limitsOfUser(ctx.rows, DEFAULT_QUOTA, 'p1', '__proto__').cores, 20);
  handle(USED, { type: 'forgetLimits', userId: 'u1' }, ctx);
  assert.equal(limitsOfUser(ctx.rows, DEFAULT_QUOTA, 'p1', 'u1').cores, 20);
});

test("a user's own limit holds although the project has room", () => {
  const ctx = new RecordingContext(project.at('p1'));
  set(ctx, { instances: 1 }, 'u1');
  const create = (userId: string) => {
    handle(USED, { type: 'createInstances', specs: [SPEC], requester: { ...USER, userId } }, ctx);
    return ctx.replies.at(-1);
  };
  const tellsBefore = ctx.tells.length;
  const error = { code: 'QuotaExceeded', overs: ['instances'], requested: [1], used: [1], allowed: [1] };
  assert.deepEqual(create('u1'), { ok: false, error });
  assert.equal(ctx.tells.length, tellsBefore);
  create('u2');
  assert.equal(ctx.tells.at(-1)?.to, `instance/${SPEC.id}`);
});
