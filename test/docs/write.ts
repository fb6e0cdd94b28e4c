import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractAbsent } from '../http/compute/contract.ts';
import { knownHangsPage } from '../known-hangs/page.ts';
import { apiCoveragePage } from './api-coverage/page.ts';
import { supportMatrixPage } from './support-matrix.ts';
import { vmStatesPage } from './vmstates.ts';

const docs = join(import.meta.dirname, '../../docs');

/** `npm run docs`: writes the pages that are made from the code. */
writeFileSync(join(docs, 'vmstates.md'), vmStatesPage());
writeFileSync(join(docs, 'known-hangs.md'), knownHangsPage());
writeFileSync(join(docs, 'support-matrix.md'), supportMatrixPage());
if (contractAbsent === false) writeFileSync(join(docs, 'api-coverage.md'), await apiCoveragePage());
else process.stderr.write(`docs/api-coverage.md stays as it is: ${contractAbsent}\n`);
