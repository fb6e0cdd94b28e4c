import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { explore, type Simulation } from '../../runtime/simulation/index.ts';
import { MUTATIONS } from './list.ts';
import type { Mutation } from './mutation.ts';

/**
 * A test of the tests: bugs are put into a copy of the runtime, one at a time, and the simulation of faults must find each.
 * NOVELLA_MUTATION=TEXT tries only those with the text in their names.
 */
const ROOT = join(import.meta.dirname, '..', '..');
const COPIED = ['package.json', 'runtime', 'test/simulation/scenarios'];
/** Histories of each scenario in which a bug must be found; most are in the first ten, the last one in the first 150. */
const SEEDS = 1_000;
/** So many histories of one scenario are lived through before those of the next. */
const ROUND = 20;
const ONLY = process.env['NOVELLA_MUTATION'] ?? '';

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'novella-mutations-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

after(() => rm(folder, { recursive: true, force: true }));

function hasSimulations(module: unknown): module is { readonly SIMULATIONS: readonly Simulation[] } {
  return typeof module === 'object' && module !== null && 'SIMULATIONS' in module;
}

/** Puts a bug into a file's text. */
function mutated({ search, replacement, file }: Mutation, text: string): string {
  const parts = text.split(search);
  assert.equal(parts.length, 2, `${file} holds ${parts.length - 1} times: ${search}`);
  return parts.join(replacement);
}

/** The simulations of a copy of the runtime, with a bug in it or without. */
async function simulationsOf(name: string, mutation: Mutation | null): Promise<readonly Simulation[]> {
  const copy = join(folder, name);
  for (const path of COPIED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  if (mutation) {
    const file = join(copy, mutation.file);
    await writeFile(file, mutated(mutation, await readFile(file, 'utf8')));
  }
  const module: unknown = await import(pathToFileURL(join(copy, 'test/simulation/scenarios/index.ts')).href);
  assert.ok(hasSimulations(module));
  return module.SIMULATIONS;
}

/** The first history in which a rule is broken, as text; null: none of so many of each scenario. */
async function firstFailure(simulations: readonly Simulation[], seeds: number): Promise<string | null> {
  for (let first = 1; first <= seeds; first += ROUND) {
    for (const simulation of simulations) {
      const { failure } = await explore(simulation, first, ROUND);
      if (failure) return `${simulation.name}, seed ${failure.seed}: ${failure.outcome.violations[0]?.rule}`;
    }
  }
  return null;
}

describe('the simulation of faults finds bugs', () => {
  test('every bug of the list can be put in, and has a name of its own', async () => {
    assert.ok(MUTATIONS.length >= 20);
    assert.equal(new Set(MUTATIONS.map(({ name }) => name)).size, MUTATIONS.length);
    const wrong: string[] = [];
    for (const mutation of MUTATIONS) {
      try {
        mutated(mutation, await readFile(join(ROOT, mutation.file), 'utf8'));
      } catch (error) {
        wrong.push(`${mutation.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('a copy without a bug breaks no rule', async () => {
    assert.equal(await firstFailure(await simulationsOf('unchanged', null), 5 * ROUND), null);
  });

  for (const [index, mutation] of MUTATIONS.entries()) {
    if (!mutation.name.includes(ONLY)) continue;
    test(`it finds: ${mutation.name}`, async (context) => {
      const found = await firstFailure(await simulationsOf(`mutation-${index}`, mutation), SEEDS);
      assert.ok(found, `${mutation.why} It was not found.`);
      context.diagnostic(found);
    });
  }
});
