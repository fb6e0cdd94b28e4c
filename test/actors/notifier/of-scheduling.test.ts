import assert from 'node:assert/strict';
import test from 'node:test';
import { limits } from '../../../actors/limits.ts';
import { SCHEDULING_EVENT_TYPES } from '../../../actors/notifier/of-scheduling.ts';
import { anInstance, SPEC, USER } from '../instance/an-instance.ts';
import { Heard } from './heard.ts';
import { assertContract, contractAbsent, dataOf, type Told } from './told.ts';

const error = { code: 'NoValidHost', reason: 'No valid host was found.', details: 'none' } as const;

/** What was told beside the instance itself, without what all of it begins with. */
const scheduling = (heard: Heard): readonly Told[] =>
  heard.all.filter(({ event_type }) => !event_type.startsWith('instance.'));
const typesOf = (heard: Heard): readonly string[] =>
  scheduling(heard).map(({ event_type }) => event_type.replace('scheduler.select_destinations.', ''));
const lastOf = (heard: Heard): Readonly<Record<string, unknown>> => {
  const last = scheduling(heard).at(-1);
  assert.ok(last);
  return dataOf(last);
};
const reasonOf = (heard: Heard): readonly unknown[] => {
  const data = Object(lastOf(heard)['reason'])['nova_object.data'];
  return [data.exception, data.exception_message];
};

/** Answers what is asked of the scheduler. */
function answer(heard: Heard, host: string | null): void {
  const running = heard.state?.operation;
  assert.ok(running);
  const claimId = `${running.requestId}.${running.round}.${running.step}.${running.attempt}`;
  const outcome =
    host === null ? ({ ok: false, error } as const) : ({ ok: true, value: { host, zone: 'nova' } } as const);
  heard.tell({ type: 'claimed', claimId, outcome });
}

function built(given?: { readonly failure: typeof error | null }): Heard {
  const heard = new Heard(null);
  const whole = given && { cell: 'cell2', createdAtMs: 0, ...given };
  heard.tell({ type: 'create', spec: SPEC, requester: USER, ...(whole && { given: whole }) });
  return heard;
}

test('that the scheduler is asked is told before the build, and that it has named a host', () => {
  const heard = built();
  assert.deepEqual(
    heard.all.map(({ event_type }) => event_type),
    ['scheduler.select_destinations.start', 'instance.create.start'],
  );
  answer(heard, 'h1');
  assert.deepEqual(typesOf(heard), ['start', 'end']);
  const [start, end] = scheduling(heard).map(dataOf);
  assert.deepEqual(start, end);
  assert.equal(start?.['instance_uuid'], SPEC.id);
  assert.equal(Object(start?.['flavor'])['nova_object.data'].vcpus, SPEC.flavor.vcpus);
});

test('an answer to an earlier question, or one that was answered, ends nothing', () => {
  const heard = built();
  heard.tell({ type: 'claimed', claimId: 'other', outcome: { ok: true, value: { host: 'h1', zone: 'nova' } } });
  assert.deepEqual(typesOf(heard), ['start']);
});

test('a build for which there is no host has failed, which the conductor tells', () => {
  const heard = built();
  answer(heard, null);
  assert.deepEqual(typesOf(heard), ['start', 'compute_task.build_instances.error']);
  assert.deepEqual(reasonOf(heard), ['NoValidHost', error.reason]);
  assert.deepEqual([lastOf(heard)['instance_uuid'], lastOf(heard)['state']], [SPEC.id, 'error']);
});

test('a build that fails on one host after the other is told with the hosts that were tried', () => {
  const heard = built();
  for (let attempt = 1; attempt <= limits.createAttemptsMax; attempt++) {
    answer(heard, `h${attempt}`);
    while (heard.state?.operation && heard.state.host === `h${attempt}`) {
      const { step } = heard.state.operation;
      const requestId = `${heard.state.operation.requestId}.${heard.state.operation.round}.${step}.1`;
      if (heard.state.taskState === 'networking')
        heard.tell({ type: 'portsBound', requestId, outcome: { ok: true, value: [] } });
      else heard.runFailed();
    }
  }
  assert.equal(heard.state?.vmState, 'error');
  const asked = scheduling(heard).filter(({ event_type }) => event_type.endsWith('.start'));
  assert.equal(asked.length, limits.createAttemptsMax);
  const retries = asked.map((told) => Object(dataOf(told)['retry'])['nova_object.data']?.hosts ?? []);
  assert.deepEqual(retries, [[], ['h1'], ['h1', 'h2']]);
  assert.equal(typesOf(heard).at(-1), 'compute_task.build_instances.error');
  assert.equal(reasonOf(heard)[0], 'MaxRetriesExceeded');
});

test('a build that finds no other host after it has failed on one has come to the end of its retries', () => {
  const heard = built();
  answer(heard, 'h1');
  heard.tell({ type: 'portsBound', requestId: `${USER.requestId}.0.1.1`, outcome: { ok: true, value: [] } });
  heard.runFailed();
  answer(heard, null);
  assert.deepEqual(typesOf(heard), ['start', 'end', 'start', 'compute_task.build_instances.error']);
  assert.equal(reasonOf(heard)[0], 'MaxRetriesExceeded');
});

test('an instance that is to move and has nowhere to go stays, and the conductor tells it', () => {
  for (const [operation, work] of [
    ['resize', 'migrate_server'],
    ['migrate', 'migrate_server'],
    ['liveMigrate', 'migrate_server'],
    ['evacuate', 'rebuild_server'],
  ] as const) {
    const heard = new Heard(anInstance({ vmState: 'active' }));
    heard.begin(operation);
    answer(heard, null);
    assert.deepEqual(typesOf(heard), ['start', `compute_task.${work}.error`], operation);
    assert.deepEqual(reasonOf(heard), ['NoValidHost', error.reason], operation);
  }
});

test('a resize asks for the new flavor, and not for the host that it must leave', () => {
  const heard = new Heard(anInstance({ vmState: 'active', host: 'h1' }));
  heard.begin('migrate');
  const spec = lastOf(heard);
  assert.deepEqual(spec['ignore_hosts'], ['h1']);
});

test('what fails for another reason is not told as a want of hosts', () => {
  const heard = new Heard(anInstance({ vmState: 'active' }));
  heard.begin('pause');
  heard.ended(false);
  assert.deepEqual(typesOf(heard), []);
  assert.ok(heard.types.length > 0);
});

test('of a build that goes from cell to cell the one that keeps it tells, once', () => {
  const without = built({ failure: null });
  answer(without, null);
  assert.deepEqual([without.state, typesOf(without)], [null, []]);
  const placed = built({ failure: null });
  assert.deepEqual(typesOf(placed), []);
  answer(placed, 'h7');
  assert.deepEqual(typesOf(placed), ['start', 'end']);
  assert.deepEqual(typesOf(built({ failure: error })), ['start', 'compute_task.build_instances.error']);
});

test('what is told of scheduling is as Nova tells it', { skip: contractAbsent }, () => {
  const well = built();
  answer(well, 'h1');
  const failed = built();
  answer(failed, null);
  assertContract([...scheduling(well), ...scheduling(failed)], SCHEDULING_EVENT_TYPES);
});
