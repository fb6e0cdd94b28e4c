import { readFileSync } from 'node:fs';

/** What this package is, from its own manifest. */
export interface PackageInfo {
  readonly name: string;
  readonly version: string;
  /** Versions of what it needs at run time. */
  readonly dependencies: Readonly<Record<string, string>>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : 'unknown');

/** Reads the manifest beside the sources, or one folder further up when built. Never throws: nothing hangs on it. */
export function packageInfo(): PackageInfo {
  const path = import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json';
  try {
    const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
    const { name, version, dependencies } = Object(manifest);
    const versions = Object.entries(Object(dependencies)).map(([package_, given]) => [package_, text(given)]);
    return { name: text(name), version: text(version), dependencies: Object.fromEntries(versions) };
  } catch {
    return { name: 'novella', version: 'unknown', dependencies: {} };
  }
}
