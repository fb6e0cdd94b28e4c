import * as v from 'valibot';
import { PACKING_POLICIES } from '../actors/scheduler/policies/index.ts';
import { PlanRefused } from './plan-refused.ts';

const HOSTS_MAX = 100_000;
const FLAVORS_MAX = 256;
const ARRIVALS_MAX = 100_000;
const RUNS_MAX = 20;
/** Ten years. */
const SECONDS_MAX = 315_360_000;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const part = v.pipe(v.number(), v.minValue(0), v.maxValue(1_000));

/** Whoever names one of them must not get another. */
const distinct = (names: readonly string[]): boolean => new Set(names).size === names.length;
const repeated = (names: readonly string[]): string =>
  `two of them are called ${names.find((one, at) => names.indexOf(one) !== at) ?? ''}`;

const fleetFields = v.strictObject({
  hosts: whole(1, HOSTS_MAX),
  vcpus: whole(1, 100_000),
  memoryMib: whole(1, 1_000_000_000),
  diskGib: v.optional(whole(1, 1_000_000_000), 1_000_000),
  /** How many times the vCPUs are given away. */
  cpuAllocationRatio: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1_000)), 1),
  /** Milliseconds that a live migration takes for each GiB of memory. */
  migrateMsPerGib: v.optional(whole(0, 3_600_000), 0),
});
const fleet = v.pipe(
  fleetFields,
  v.forward(
    v.check(({ vcpus, cpuAllocationRatio }) => vcpus * cpuAllocationRatio >= 1, 'a host has not one vCPU to give'),
    ['cpuAllocationRatio'],
  ),
);

const arrival = v.strictObject({
  flavor: name,
  count: v.optional(whole(1, 100_000), 1),
  /** When they come, in seconds from the start. */
  atSeconds: v.optional(whole(0, SECONDS_MAX), 0),
  /** Absent: they stay to the end. */
  lastsSeconds: v.exactOptional(whole(1, SECONDS_MAX)),
  /** They come again and again, as many times in all. */
  everySeconds: v.exactOptional(whole(1, SECONDS_MAX)),
  times: v.optional(whole(1, 1_000_000), 1),
});

const listed = v.strictObject({
  flavors: v.pipe(
    v.array(v.strictObject({ name, vcpus: whole(1, 100_000), memoryMib: whole(1, 1_000_000_000) })),
    v.minLength(1),
    v.maxLength(FLAVORS_MAX),
    v.check(
      (flavors) => distinct(flavors.map((flavor) => flavor.name)),
      ({ input }) => repeated(input.map((flavor) => flavor.name)),
    ),
  ),
  /** Times are rounded to steps of so many seconds. */
  stepSeconds: v.optional(whole(1, 86_400), 300),
  forSeconds: whole(1, SECONDS_MAX),
  arrivals: v.pipe(v.array(arrival), v.minLength(1), v.maxLength(ARRIVALS_MAX)),
});
export type ListedWorkload = v.InferOutput<typeof listed>;

const trace = v.strictObject({
  /** Azure's public trace V1 in the form of Bergsma et al.: a directory with `arrivals.txt` and its neighbours. */
  azureV1: path,
  /** Only so many of its first steps of five minutes. */
  steps: v.exactOptional(whole(1, 1_000_000)),
});

const consolidation = v.strictObject({
  everyMs: v.exactOptional(whole(1_000, 86_400_000)),
  maxMovesAtOnce: v.exactOptional(whole(1, 1_000)),
  maxMovesPerRound: v.exactOptional(whole(1, 1_000)),
  emptiestBelow: v.exactOptional(v.pipe(part, v.gtValue(0), v.maxValue(1))),
});

const run = v.strictObject({
  /** Absent: the policy, with what is moved. */
  name: v.exactOptional(name),
  policy: v.optional(v.picklist(PACKING_POLICIES), 'weights'),
  /** Whether hosts are emptied by live migration; `true`: as by default. */
  consolidation: v.optional(v.union([v.boolean(), consolidation]), false),
});
export type PlannedRun = v.InferOutput<typeof run>;

const plan = v.strictObject({
  fleet,
  // What is wrong is told of the one that is meant.
  workload: v.lazy((given): typeof trace | typeof listed =>
    typeof given === 'object' && given !== null && 'azureV1' in given ? trace : listed,
  ),
  runs: v.optional(
    v.pipe(
      v.array(run),
      v.minLength(1),
      v.maxLength(RUNS_MAX),
      v.check(
        (runs) => distinct(runs.map(nameOf)),
        ({ input }) => repeated(input.map(nameOf)),
      ),
    ),
    [{}],
  ),
  seed: v.optional(whole(0, 2 ** 32 - 1), 1),
});

/** What is to be simulated: a fleet of hosts that are alike, a workload, and ways to place it that are compared. */
export type SimulationPlan = v.InferOutput<typeof plan>;

/** Checks a plan. Throws PlanRefused, which names what is wrong. */
export function checkPlan(given: unknown): SimulationPlan {
  const checked = v.safeParse(plan, given);
  if (checked.success) return checked.output;
  const problems = checked.issues.map((issue) => `${v.getDotPath(issue) ?? 'the whole'}: ${reasonOf(issue)}`);
  throw new PlanRefused(`The plan is refused. ${problems.slice(0, 20).join('; ')}.`);
}

/** Valibot says of an unknown name only that it "expected never". */
const reasonOf = (issue: v.BaseIssue<unknown>): string =>
  issue.type === 'strict_object' && issue.expected === 'never' ? 'there is no such name' : issue.message;

/** What a run is called. */
export function nameOf({ name: given, policy, consolidation: moves }: PlannedRun): string {
  return given ?? (moves === false ? policy : `${policy} with moves`);
}
