import { claimsByHost } from './claims-by-host.ts';
import type { Migration } from './migration.ts';

/** Every change of the stored form since schema version 1, in order. Append only; README.md says how. */
export const MIGRATIONS: readonly Migration[] = [
  {
    to: 2,
    name: 'rows are stored by the shapes of their objects',
    mode: 'blocking',
    prefix: null,
    change: () => [],
  },
  claimsByHost,
];
