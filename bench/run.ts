import { readdirSync } from 'node:fs';
import type { Figure } from './figure.ts';

/** Runs `npm run bench -- NAME [FIGURE]`: one JSON line a figure on standard output; what is going on, on standard error. */
const [name, only] = process.argv.slice(2);
const benches = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length));

function isBench(module: unknown): module is { readonly run: (only: string | undefined) => AsyncIterable<Figure> } {
  return typeof module === 'object' && module !== null && 'run' in module;
}

if (name === undefined || !benches.includes(name)) {
  process.stderr.write(`usage: npm run bench -- NAME [FIGURE], where NAME is one of: ${benches.join(', ')}\n`);
  process.exit(2);
}
const module: unknown = await import(new URL(`./${name}.bench.ts`, import.meta.url).href);
if (!isBench(module)) throw new Error(`bench/${name}.bench.ts exports no run.`);
for await (const figure of module.run(only)) process.stdout.write(`${JSON.stringify(figure)}\n`);
process.exit(0);
