import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..', '..');

/** Modules of this repository as JavaScript. */
export interface BuiltModules {
  /** The URL of what was made of a `.ts` file, named by its path in the repository. */
  url(path: string): string;
  remove(): void;
}

/**
 * Builds modules with all that they import. For tests that start many threads: loading the sources takes each of them a second,
 * and what is built does not change while a test runs.
 */
export function buildModules(paths: readonly string[]): BuiltModules {
  const directory = mkdtempSync(join(tmpdir(), 'novella-modules-'));
  copyFileSync(join(ROOT, 'package.json'), join(directory, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      rootDir: ROOT,
      outDir: join(directory, 'built'),
      typeRoots: [join(ROOT, 'node_modules', '@types')],
    },
    files: paths.map((path) => join(ROOT, path)),
    include: [],
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', join(directory, 'tsconfig.json')], { cwd: directory });
  return {
    url: (path) => pathToFileURL(join(directory, 'built', path.replace(/\.ts$/, '.js'))).href,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
