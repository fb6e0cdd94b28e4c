import assert from 'node:assert/strict';
import test from 'node:test';
import { handleUnder } from '../../../actors/project/handle.ts';
import { type ProjectMessage, project } from '../../../actors/project/protocol.ts';
import { DEFAULT_QUOTA, type ProjectUsage, type QuotaLimits } from '../../../actors/project/row.ts';
import { SPEC, USER } from '../instance/an-instance.ts';
import { RecordingContext } from '../recording-context.ts';

const NOTHING: ProjectUsage = { projectId: 'p1', instances: 0, cores: 0, ramMib: 0 };

/** Asks for so many instances of 2 cores and 512 MiB. */
function ask(limits: Partial<QuotaLimits>, usage: ProjectUsage, count: number) {
  const ctx = new RecordingContext(project.at('p1'));
  const specs = Array.from({ length: count }, (_, index) => ({ ...SPEC, id: `i${index}` }));
  const handle = handleUnder({ ...DEFAULT_QUOTA, ...limits });
  const next = handle(usage, { type: 'createInstances', specs, requester: USER }, ctx);
  return { ctx, next, reply: ctx.replies[0] };
}

test('new instances take their quota and are told to come into being; the last of them answers', () => {
  const { ctx, next, reply } = ask({}, NOTHING, 3);
  const used = { instances: 3, cores: 6, ramMib: 1_536 };
  assert.deepEqual(next, { projectId: 'p1', ...used, users: [{ userId: 'u1', ...used }] });
  assert.equal(reply, undefined);
  assert.deepEqual(
    ctx.tells.map(({ to }) => to),
    ['instance/i0', 'instance/i1', 'instance/i2'],
  );
  const answers = ctx.tells.map(({ message }) => Reflect.get(Object(message), 'answer'));
  assert.deepEqual(answers, [undefined, undefined, { asker: ctx.asker, instanceIds: ['i0', 'i1', 'i2'] }]);
});

test('a limit may be reached and not passed, all or none', () => {
  const used = { ...NOTHING, instances: 8, cores: 16, ramMib: 4_096 };
  assert.equal(ask({}, used, 2).next.instances, 10);
  const { ctx, next, reply } = ask({}, used, 3);
  assert.equal(next, used);
  assert.deepEqual(ctx.tells, []);
  assert.deepEqual(reply, {
    ok: false,
    error: {
      code: 'QuotaExceeded',
      overs: ['cores', 'instances'],
      requested: [6, 3],
      used: [16, 8],
      allowed: [20, 10],
    },
  });
});

test('-1 is no limit, 0 allows nothing, and each resource counts by itself', () => {
  assert.equal(ask({ instances: -1, cores: -1, ramMib: -1 }, NOTHING, 500).next.instances, 500);
  for (const [limits, over] of [
    [{ instances: 0 }, 'instances'],
    [{ cores: 1 }, 'cores'],
    [{ ramMib: 511 }, 'ram'],
  ] as const) {
    const { reply } = ask({ instances: -1, cores: -1, ramMib: -1, ...limits }, NOTHING, 1);
    assert.deepEqual(reply, {
      ok: false,
      error: {
        code: 'QuotaExceeded',
        overs: [over],
        requested: [{ instances: 1, cores: 2, ram: 512 }[over]],
        used: [0],
        allowed: [Object.values(limits)[0]],
      },
    });
  }
});

test('what an instance had is free again, and never less than nothing is used', () => {
  const ctx = new RecordingContext(project.at('p1'));
  const handle = handleUnder(DEFAULT_QUOTA);
  const one = { instances: 1, cores: 2, ramMib: 512 };
  const two = { instances: 2, cores: 4, ramMib: 1_024 };
  const release: ProjectMessage = { type: 'release', ...one, userId: 'u1' };
  const before = {
    projectId: 'p1',
    ...two,
    users: [
      { userId: 'u1', ...one },
      { userId: 'u2', ...one },
    ],
  };
  assert.deepEqual(handle(before, release, ctx), { projectId: 'p1', ...one, users: [{ userId: 'u2', ...one }] });
  assert.deepEqual(handle(NOTHING, release, ctx), { ...NOTHING, users: [] });
});
