import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

export const MANIFEST_NAME = 'manifest.json';

/** Why there is no backup, or why it is not restored. The message says what to do. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** A path below a directory: no way out of it, and no hidden names. People give files any other name. */
const relativePath = v.pipe(
  v.string(),
  v.maxLength(4_096),
  v.check((path) => path.split('/').every(isPlainName), 'expected a path below the directory'),
);
const isPlainName = (name: string): boolean => name !== '' && !name.startsWith('.') && !name.includes('\0');
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const manifestSchema = v.strictObject({
  format: v.literal(1),
  /** Version of the program that made it. */
  program: v.pipe(v.string(), v.maxLength(100)),
  /** Schema version of its stores. */
  schema: whole,
  /** ISO 8601. */
  takenAt: v.pipe(v.string(), v.isoTimestamp()),
  files: v.array(
    v.strictObject({
      path: relativePath,
      bytes: whole,
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
      /** Permissions. */
      mode: v.pipe(whole, v.maxValue(0o777)),
    }),
  ),
  /** Files that are stores, with what they hold. */
  stores: v.array(v.strictObject({ path: relativePath, rows: whole, commit: v.nullable(whole) })),
});

/** What a backup holds. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** Reads and checks the manifest of a backup. Throws BackupRefused. */
export function readManifest(directory: string): Manifest {
  const path = join(directory, MANIFEST_NAME);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BackupRefused(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const parsed = v.safeParse(manifestSchema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new BackupRefused(`${path} is no manifest of a backup: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}.`);
}
