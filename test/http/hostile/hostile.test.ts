import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../runtime/store.ts';
import { type HostileCase, hostileCase } from './cases.ts';
import { type HostileAnswer, problemOf } from './verdict.ts';
import { startVictimCloud, type VictimCloud } from './victims.ts';

const numberOf = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

// NOVELLA_HOSTILE_CASES=200000 runs so many; NOVELLA_HOSTILE_ONLY replays the case with this number.
const CASES = numberOf('NOVELLA_HOSTILE_CASES', 20_000);
const SEED = numberOf('NOVELLA_HOSTILE_SEED', 1);
const ONLY = process.env['NOVELLA_HOSTILE_ONLY'];

/** What passes after all changes the cloud; after so many cases there is a fresh one, so that a case depends on few others. */
const CASES_PER_CLOUD = 2_000;
const SHOWN_MAX = 10;
const SETTLE_MS = 2;
const SETTLES_MAX = 5_000;

const rowsOf = ({ cloud }: VictimCloud): readonly Entry[] => [...cloud.store.range({ prefix: '' })];

/** Rows are immutable, so a changed row is another object. */
const isSame = (before: readonly Entry[], after: readonly Entry[]): boolean =>
  before.length === after.length &&
  before.every(({ key, value }, index) => after[index]?.key === key && after[index]?.value === value);

/** Waits until nothing is under way: actors go on after the answer of what has passed. */
const settled = async (victims: VictimCloud): Promise<readonly Entry[]> => {
  let before = rowsOf(victims);
  let quiet = 0;
  for (let looks = 0; looks < SETTLES_MAX && quiet < 4; looks++) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const after = rowsOf(victims);
    quiet = isSame(before, after) ? quiet + 1 : 0;
    before = after;
  }
  return before;
};

const send = async ({ cloud }: VictimCloud, sent: HostileCase): Promise<HostileAnswer> => {
  const response = await cloud.app.request(`http://compute.example.com${sent.path}`, {
    method: sent.method,
    headers: { ...sent.headers },
    ...(sent.body === null ? {} : { body: typeof sent.body === 'string' ? sent.body : new Uint8Array(sent.body) }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
    hasRequestId: response.headers.has('x-compute-request-id'),
  };
};

/** Tries the cases with these numbers in one cloud; problems and statuses are added to what is there. */
const attack = async (numbers: readonly number[], problems: string[], statuses: Map<number, number>): Promise<void> => {
  const victims = await startVictimCloud();
  try {
    let before = await settled(victims);
    for (const index of numbers) {
      const sent = hostileCase(SEED, index, victims.targets);
      let problem: string | null;
      try {
        const answer = await send(victims, sent);
        const after = rowsOf(victims);
        problem = problemOf(sent, answer, !isSame(before, after), victims.secrets);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (problem !== null) problem += `: ${answer.text.slice(0, 300)}`;
        before = answer.status < 400 && sent.method !== 'GET' ? await settled(victims) : after;
      } catch (error) {
        problem = `throws ${error instanceof Error ? error.stack : error}`;
      }
      if (problem === null) continue;
      const body = typeof sent.body === 'string' ? sent.body.slice(0, 300) : sent.body;
      problems.push(
        `${sent.kind}: ${sent.method} ${sent.path.slice(0, 200)} ${problem}\n  ${JSON.stringify(sent.headers).slice(0, 300)} ${body}\n  NOVELLA_HOSTILE_SEED=${SEED} NOVELLA_HOSTILE_ONLY=${index} npm test -- hostile/hostile`,
      );
    }
  } finally {
    await victims.cloud.close();
  }
};

test(`${ONLY === undefined ? CASES : 1} hostile requests are refused with a fault, change nothing and read nothing of others`, async (t) => {
  const problems: string[] = [];
  const statuses = new Map<number, number>();
  if (ONLY !== undefined) await attack([Number(ONLY)], problems, statuses);
  else
    for (let first = 0; first < CASES; first += CASES_PER_CLOUD) {
      const count = Math.min(CASES_PER_CLOUD, CASES - first);
      await attack(
        Array.from({ length: count }, (_, offset) => first + offset),
        problems,
        statuses,
      );
    }
  t.diagnostic(`answers by status: ${JSON.stringify(Object.fromEntries([...statuses].sort(([a], [b]) => a - b)))}`);
  assert.equal(
    problems.length,
    0,
    `${problems.length} problems, the first:\n${problems.slice(0, SHOWN_MAX).join('\n')}`,
  );
});
