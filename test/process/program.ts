import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** The program as `npm start` runs it, built for one test file. */
export interface Program {
  /** The path of `novella.js`. */
  readonly cli: string;
  remove(): void;
}

/** Builds the program into a directory of its own (about a second). Types are `npm run check`'s business. */
export function buildProgram(): Program {
  const directory = mkdtempSync(join(tmpdir(), 'novella-program-'));
  copyFileSync(join(ROOT, 'package.json'), join(directory, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const into = ['--outDir', join(directory, 'dist'), '--incremental', 'false', '--tsBuildInfoFile', 'null'];
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc');
  execFileSync(compiler, ['-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false', ...into], { cwd: ROOT });
  return {
    cli: join(directory, 'dist', 'cli', 'novella.js'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
