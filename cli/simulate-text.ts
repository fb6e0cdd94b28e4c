import { columns, shown } from '../composition/printable.ts';
import type { SimulationPlan } from '../simulation/plan.ts';
import type { ReportedMoment, RunReport } from '../simulation/report.ts';

/** Causes of refusals that are printed of each run, and moments. */
const CAUSES_SHOWN = 5;
const MOMENTS_SHOWN = 12;

const rounded = (value: number | null, digits = 1): string => (value === null ? '-' : value.toFixed(digits));
const percent = (part: number): string => `${Math.round(part * 100)}%`;

/** A report for people: the runs side by side, why machines were refused, and the first run's use of hosts over time. */
export function reportText({ hosts, vcpus, memoryMib }: SimulationPlan['fleet'], runs: readonly RunReport[]): string {
  const head = `${hosts} hosts of ${vcpus} vCPUs and ${memoryMib} MiB.\n\n`;
  const table = columns([
    ['RUN', 'MACHINES', 'REFUSED', 'HOSTS', 'HOST HOURS', 'OVER BOUND', 'MOVES', 'GIB MOVED', 'MOVES/MACHINE H'],
    ...runs.map((run) => [
      shown(run.name, 60),
      String(run.created),
      String(run.refused),
      String(run.hostsPeak),
      rounded(run.hostHours),
      rounded(run.overBound, 4),
      String(run.moves),
      rounded(run.movedGib),
      rounded(run.movesPerMachineHour, 4),
    ]),
  ]);
  return [head, table, ...runs.flatMap(refusalsOf), ...runs.map(overTime)].join('');
}

function refusalsOf({ name, refused, refusals }: RunReport): readonly string[] {
  if (refused === 0) return [];
  const rows = refusals
    .slice(0, CAUSES_SHOWN)
    .map(({ cause, machines }) => [`  ${machines}`, shown(cause, 300)] as const);
  const left = refusals.length - rows.length;
  return [
    `\n${shown(name, 60)} refused:\n`,
    columns(rows),
    left > 0 ? `  … and ${left} more causes; --json tells.\n` : '',
  ];
}

function overTime({ name, moments }: RunReport): string {
  const every = Math.max(1, Math.ceil(moments.length / MOMENTS_SHOWN));
  const chosen = moments.filter((_, at) => at % every === 0 || at === moments.length - 1);
  const row = ({ hours, machines, hostsInUse, vcpusUsed, memoryUsed }: ReportedMoment): readonly string[] => [
    rounded(hours),
    String(machines),
    String(hostsInUse),
    percent(vcpusUsed),
    percent(memoryUsed),
  ];
  return `\n${shown(name, 60)}, hosts in use and what is used of them:\n${columns([['HOUR', 'MACHINES', 'HOSTS', 'VCPUS', 'MEMORY'], ...chosen.map(row)])}`;
}
