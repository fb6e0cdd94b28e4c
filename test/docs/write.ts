import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vmStatesPage } from './vmstates.ts';

/** `npm run docs`: writes the pages that are made from the code. */
writeFileSync(join(import.meta.dirname, '../../docs/vmstates.md'), vmStatesPage());
