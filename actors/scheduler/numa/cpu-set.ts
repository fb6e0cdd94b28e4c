/** Greatest number of a processor: bounds what a short text can ask for. */
const CPU_MAX = 8_191;

/**
 * The processors that a text names, ascending: `0-3,^2,8` is 0, 1, 3, 8, and `0-7,^2-5` is 0, 1, 6, 7. What is excluded stays
 * out wherever it stands. Undefined: it is not such a text. An empty one, or one that only excludes, names none. Nova:
 * `parse_cpu_spec`.
 */
export function parseCpuSet(text: string): readonly number[] | undefined {
  const named = new Set<number>();
  const excluded = new Set<number>();
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [, not, first, last] = /^(\^?)(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    const from = Number(first);
    const to = last === undefined ? from : Number(last);
    if (to < from || to > CPU_MAX) return undefined;
    for (let cpu = from; cpu <= to; cpu++) (not === '^' ? excluded : named).add(cpu);
  }
  return [...named].filter((cpu) => !excluded.has(cpu)).sort(ascending);
}

/** Numbers from 0 on. */
export const cpusUpTo = (count: number): readonly number[] => Array.from({ length: count }, (_, cpu) => cpu);

/** Orders numbers, the least first. */
export const ascending = (a: number, b: number): number => a - b;
