import { keyOf, lastKeyPart } from '../../runtime/key.ts';
import type { Migration } from './migration.ts';

/** What instances have claimed is found by its host: rows of before have no entry in the index. */
export const claimsByHost: Migration = {
  to: 3,
  name: 'claims are found by their host',
  mode: 'blocking',
  prefix: 'r/allocation/',
  change(key, value) {
    const host: unknown = typeof value === 'object' && value !== null && 'host' in value ? value.host : null;
    return typeof host === 'string' ? [[keyOf('x', 'allocation', 'byHost', host, lastKeyPart(key)), true]] : [];
  },
};
