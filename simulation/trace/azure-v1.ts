import type { Random } from '../../runtime/random.ts';
import type { Workload, WorkloadFlavor } from '../workload.ts';

/** The texts of a window of the trace, file by file. */
export interface AzureV1Texts {
  readonly arrivals: string;
  readonly lifetimes: string;
  readonly flavors: string;
  readonly lifetimeBins: string;
}

/** A text that is no part of such a trace. The message says which file and line, and why. */
export class TraceRefused extends Error {
  override readonly name = 'TraceRefused';
}

/** The trace was recorded so often, in seconds: nothing in it is known more exactly. */
const STEP_SECONDS = 300;
const MIB_PER_GB = 1024;
const END_OF_BATCH = '|';
const FLAVORS_MAX = 256;
const VCPUS_MAX = 100_000;
const MEMORY_MIB_MAX = 1_000_000_000;
/** Ten years. */
const STEPS_MAX = 1_051_200;

interface Line {
  readonly file: keyof AzureV1Texts;
  readonly number: number;
  readonly text: string;
}

const refuse = ({ file, number, text }: Line, reason: string): never => {
  throw new TraceRefused(`${file}, line ${number}: ${reason}: ${JSON.stringify(text.slice(0, 60))}.`);
};

function* linesOf(texts: AzureV1Texts, file: keyof AzureV1Texts): Iterable<Line> {
  let number = 0;
  for (const text of texts[file].split('\n')) {
    number++;
    if (text !== '') yield { file, number, text };
  }
}

const itemsOf = (list: string): string[] => list.split(',').filter((item) => item !== '');

const isFrom1To = (max: number, value: number): boolean => value >= 1 && value <= max;

/** `1,1.75 b`: vCPUs, memory in GB, letter. */
function flavorsOf(texts: AzureV1Texts): {
  readonly flavors: WorkloadFlavor[];
  readonly byLetter: Map<string, number>;
} {
  const flavors: WorkloadFlavor[] = [];
  const byLetter = new Map<string, number>();
  for (const line of linesOf(texts, 'flavors')) {
    const [, vcpus = '', memory = '', letter = ''] = /^(\d+),(\d+(?:\.\d+)?) ([a-z])$/.exec(line.text) ?? [];
    const flavor = { name: letter, vcpus: Number(vcpus), memoryMib: Math.round(Number(memory) * MIB_PER_GB) };
    const possible = isFrom1To(VCPUS_MAX, flavor.vcpus) && isFrom1To(MEMORY_MIB_MAX, flavor.memoryMib);
    if (letter === '' || flavors.length >= FLAVORS_MAX || !possible) refuse(line, 'this is no flavor');
    if (byLetter.has(letter)) refuse(line, `there is a flavor ${letter} already`);
    byLetter.set(letter, flavors.length);
    flavors.push(flavor);
  }
  return { flavors, byLetter };
}

/** A bin of lifetimes: from its first to its last step, both included. */
interface Bin {
  first: number;
  last: number;
}

/** `600 2`: a lifetime in seconds, and its bin. */
function binsOf(texts: AzureV1Texts): Map<number, Bin> {
  const bins = new Map<number, Bin>();
  for (const line of linesOf(texts, 'lifetimeBins')) {
    const [, seconds = '', number = ''] = /^(\d+) (\d+)$/.exec(line.text) ?? [];
    if (number === '') refuse(line, 'this is no bin');
    const step = Math.floor(Number(seconds) / STEP_SECONDS);
    const bin = bins.get(Number(number));
    if (bin) bin.last = Math.max(bin.last, step);
    else bins.set(Number(number), { first: step, last: step });
  }
  return bins;
}

/**
 * Reads a window of Azure's public trace V1 in the form of `arrivals.txt` and its neighbours (Cortez et al., SOSP 2017;
 * Bergsma et al., SOSP 2021). Arrivals and departures stand on the trace's own grid of five minutes. A lifetime is known to
 * within its bin only: a step of it is drawn, and a machine lives to the end of that step. Machines of which no end is known
 * stay. Throws TraceRefused.
 */
export function readAzureV1(texts: AzureV1Texts, random: Random): Workload {
  const { flavors, byLetter } = flavorsOf(texts);
  const bins = binsOf(texts);
  const lifetimes = [...linesOf(texts, 'lifetimes')];
  const machines: { flavor: number; start: number; life: number | null; batch: number }[] = [];
  let firstSeconds: number | null = null;
  let lastStep = 0;
  let batch = 0;
  let row = 0;
  for (const line of linesOf(texts, 'arrivals')) {
    const of = lifetimes[row++] ?? refuse(line, 'lifetimes has no such line');
    const [seconds, letters] = timed(line);
    const [sameSeconds, lives] = timed(of);
    if (sameSeconds !== seconds || lives.length !== letters.length) refuse(of, 'it does not belong to its arrivals');
    firstSeconds ??= seconds;
    const start = Math.round((seconds - firstSeconds) / STEP_SECONDS);
    if (start < lastStep) refuse(line, 'it is earlier than the line before');
    if (start >= STEPS_MAX) refuse(line, 'it is more than ten years after the first');
    lastStep = start;
    letters.forEach((letter, place) => {
      if (letter === END_OF_BATCH) {
        batch++;
        return;
      }
      const flavor = byLetter.get(letter) ?? refuse(line, `there is no flavor ${letter.slice(0, 8)}`);
      machines.push({ flavor, start, life: lifeOf(of, lives[place] ?? '', bins, random), batch });
    });
    batch++;
  }
  // A file that was cut off must not pass for a shorter window.
  const left = lifetimes[row];
  if (left) refuse(left, 'arrivals has no such line');
  if (machines.length === 0) throw new TraceRefused('arrivals: no machine comes.');
  const steps = lastStep + 1;
  return {
    stepMs: STEP_SECONDS * 1000,
    steps,
    flavors,
    count: machines.length,
    flavor: Uint8Array.from(machines, (machine) => machine.flavor),
    starts: Int32Array.from(machines, (machine) => machine.start),
    ends: Int32Array.from(machines, ({ start, life }) => (life === null ? steps : Math.min(steps, start + life))),
    batch: Int32Array.from(machines, (machine) => machine.batch),
  };
}

function timed(line: Line): readonly [number, string[]] {
  const space = line.text.indexOf(' ');
  const seconds = Number(line.text.slice(0, space));
  if (space < 1 || !Number.isSafeInteger(seconds)) refuse(line, 'it does not begin with a time');
  return [seconds, itemsOf(line.text.slice(space + 1))];
}

/** `U15`: ended in bin 15. `C46`: still there at the end. Steps of life, at least one; null: to the end. */
function lifeOf(line: Line, text: string, bins: ReadonlyMap<number, Bin>, random: Random): number | null {
  const [, kind, number] = /^([UC])(\d+)$/.exec(text) ?? refuse(line, `this is no lifetime: ${text.slice(0, 8)}`);
  if (kind === 'C') return null;
  const bin = bins.get(Number(number)) ?? refuse(line, `there is no bin ${number}`);
  return bin.first + Math.floor(random.fraction() * (bin.last - bin.first + 1)) + 1;
}
