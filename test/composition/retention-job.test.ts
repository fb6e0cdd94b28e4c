import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceActions } from '../../actors/instance/actions/row.ts';
import { instances } from '../../actors/instance/row.ts';
import { RETENTION_ROWS_MAX, RetentionJob, type RetentionSettings } from '../../composition/retention-job.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import type { Reader, Write } from '../../runtime/store.ts';
import type { WorkBetween } from '../../storage/lmdb-store.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { anInstance } from '../actors/instance/an-instance.ts';

const DAY_MS = 86_400_000;
const idOf = (n: number): string => `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`;

/** A job over a store that does work between commits whenever nothing else happens. */
function rig(settings: Partial<RetentionSettings> = {}) {
  const clock = new VirtualClock();
  const rows = new MemoryStore(clock);
  const pieces: number[] = [];
  const store = {
    workBetween(work: WorkBetween): void {
      clock.soon(() => {
        const writes = work(rows);
        if (writes === null) return;
        pieces.push(writes.length);
        rows.apply(writes);
        store.workBetween(work);
      });
    },
  };
  const job = new RetentionJob(store, clock, { deletedInstancesDays: 'off', archivedRowsDays: 'off', ...settings });
  return { clock, rows, job, pieces, pass: (ms: number) => clock.advanceSettled(clock.now() + ms) };
}

/** Puts an instance that was deleted at a moment, with one action. */
function putDeleted(rows: MemoryStore, n: number, deletedAtMs: number): void {
  const id = idOf(n);
  const row = anInstance({ id, vmState: 'deleted', deletedAtMs });
  const entries = instances.entries(row, id).map((entry): Write => [entry, true]);
  rows.apply([[instances.key(id), row], [instanceActions.key(`${id}.1`), { action: 'delete' }], ...entries]);
}

const count = (rows: Reader, prefix: string): number => [...rows.keys({ prefix })].length;

test('rows are kept for ever unless a setting says otherwise', async () => {
  const { rows, job, clock, pass } = rig();
  putDeleted(rows, 1, clock.now());
  await pass(1_000 * DAY_MS);
  assert.equal(count(rows, 'r/instance/'), 1);
  assert.deepEqual(job.figures, { archived: 0, purged: 0 });
});

test('instances are archived so many days after they were deleted, and purged so many days after that same moment', async () => {
  const { rows, job, clock, pass } = rig({ deletedInstancesDays: 10, archivedRowsDays: 30 });
  putDeleted(rows, 1, clock.now());
  await pass(5 * DAY_MS);
  putDeleted(rows, 2, clock.now());
  await pass(4 * DAY_MS);
  assert.equal(count(rows, 'r/instance/'), 2);
  await pass(2 * DAY_MS);
  assert.deepEqual([count(rows, 'r/instance/'), count(rows, 'a/')], [1, 2]);
  await pass(5 * DAY_MS);
  assert.deepEqual([count(rows, 'r/instance/'), count(rows, 'a/')], [0, 4]);
  await pass(15 * DAY_MS);
  assert.equal(count(rows, 'a/'), 2);
  await pass(5 * DAY_MS);
  assert.equal(count(rows, 'a/'), 0);
  assert.deepEqual(job.figures, { archived: 4, purged: 4 });
});

test('many rows are archived in pieces that are bounded', async () => {
  const { rows, job, clock, pieces, pass } = rig({ deletedInstancesDays: 1 });
  for (let n = 0; n < 3_000; n++) putDeleted(rows, n, clock.now());
  await pass(2 * DAY_MS);
  assert.equal(job.figures.archived, 6_000);
  assert.equal(count(rows, 'r/'), 0);
  // Of each row its deletion and the archived one, and of each instance its index entry.
  assert.ok(Math.max(...pieces) <= (RETENTION_ROWS_MAX + 2) * 3, String(pieces));
});

test('a piece on demand spares what was deleted within the last hour, whose actors may be in memory', async () => {
  const { rows, job, clock, pass } = rig();
  await pass(DAY_MS);
  putDeleted(rows, 1, clock.now() - 3_700_000);
  putDeleted(rows, 2, clock.now() - 3_500_000);
  const order = { what: 'archive', beforeMs: clock.now(), rowsMax: 100, cursor: '' } as const;
  const piece = job.piece(order);
  await pass(1);
  assert.deepEqual(await piece, { rows: 2, cursor: null });
  assert.deepEqual([...instances.ids(rows, 'deleted', [])], [idOf(2)]);
});

test('a job that has been stopped does nothing more', async () => {
  const { rows, job, clock, pass } = rig({ deletedInstancesDays: 1 });
  putDeleted(rows, 1, clock.now());
  job.stop();
  await pass(10 * DAY_MS);
  assert.equal(count(rows, 'r/instance/'), 1);
});
