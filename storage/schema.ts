import { decodeRow, encodeRow } from './codec.ts';
import type { Environment } from './lmdb-environment.ts';

/** The version of the rows' shapes that this program writes. It goes up with every change that older programs cannot read. */
const SCHEMA_VERSION = 1;

const SCHEMA_KEY = 'm/schema';

/** A store that this program must not open. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

/**
 * Checks that the rows of an environment are of this program's schema; marks a new one. Throws SchemaMismatch when a
 * newer program has written it, or when it is no environment of ours.
 */
export async function checkSchema(environment: Environment, file: string): Promise<void> {
  const row = environment.getBinary(SCHEMA_KEY);
  if (row === undefined) {
    for (const _ of environment.getKeys({ limit: 1 })) {
      throw new SchemaMismatch(`${file} holds data, but none of Novella's: it has no schema version.`);
    }
    await environment.put(SCHEMA_KEY, encodeRow(SCHEMA_VERSION, 0));
    return;
  }
  const version = decodeRow(SCHEMA_KEY, row);
  if (version === SCHEMA_VERSION) return;
  throw new SchemaMismatch(
    `${file} has schema version ${String(version)}; this program reads version ${SCHEMA_VERSION}. ` +
      'Use the version of Novella that wrote it, or a newer one.',
  );
}
