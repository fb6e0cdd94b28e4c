import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { FORMATS } from '../../../http/formats.ts';
import { compareMicroversions, MICROVERSIONS, type Microversion } from '../../../http/microversions.ts';

// The contract of the Compute API as data. It is no part of this repository; tests that need it are skipped without it.
const FOLDER = new URL('../../../../shared/compute-api/', import.meta.url);

/** Why tests of the contract are skipped, or false. */
export const contractAbsent: string | false = existsSync(FOLDER) ? false : 'shared/compute-api is absent';

const load = <T>(file: string, schema: v.GenericSchema<unknown, T>, empty: T): T =>
  contractAbsent === false ? v.parse(schema, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))) : empty;

const Entry = v.object({
  op: v.string(),
  method: v.string(),
  path: v.string(),
  action: v.nullable(v.string()),
  min: v.string(),
  max: v.string(),
  success: v.union([v.number(), v.array(v.number()), v.null()]),
  body: v.nullable(v.string()),
  query: v.nullable(v.string()),
  response: v.nullable(v.string()),
});
/** An operation over a range of microversions in which nothing about it changes. */
export type ContractEntry = v.InferOutput<typeof Entry>;

const Operation = v.object({ removed: v.optional(v.object({ status: v.number() })) });
const { entries, operations } = load(
  'routes.json',
  v.object({ entries: v.array(Entry), operations: v.record(v.string(), Operation) }),
  { entries: [], operations: {} },
);

/** The status that an operation which is gone always answers. */
export const goneStatus = (op: string): number | undefined => operations[op]?.removed?.status;

const { schemas } = load('schemas.json', v.object({ schemas: v.record(v.string(), v.any()) }), { schemas: {} });

const ajv = new Ajv2020({ strict: false, allErrors: false, logger: false });
for (const [name, test] of Object.entries(FORMATS)) ajv.addFormat(name, test);
ajv.addFormat('mac-address', /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
ajv.addFormat('uri', (text) => URL.canParse(text));

/** The validator of a schema of the contract. */
export const contractSchema = (name: string): ValidateFunction => {
  const known = ajv.getSchema(name);
  if (known !== undefined) return known;
  ajv.addSchema(schemas[name], name);
  const compiled = ajv.getSchema(name);
  if (compiled === undefined) throw new Error(`The contract has no schema ${name}.`);
  return compiled;
};

/** The entries of an operation, such as `GET /servers/{id}`. Throws when there are none, so that no test is empty. */
export const entriesOf = (op: string): readonly ContractEntry[] => {
  const found = entries.filter((entry) => entry.op === op);
  if (found.length === 0) throw new Error(`The contract has no operation ${op}.`);
  return found;
};

const versionNamed = (text: string): Microversion => {
  const found = MICROVERSIONS.find(({ version }) => version === text);
  if (found === undefined) throw new Error(`${text} is no microversion.`);
  return found.version;
};

/** Every microversion of an entry. */
export const versionsOf = ({ min, max }: ContractEntry): readonly Microversion[] =>
  MICROVERSIONS.map(({ version }) => version).filter(
    (version) =>
      compareMicroversions(version, versionNamed(min)) >= 0 && compareMicroversions(version, versionNamed(max)) <= 0,
  );

/** A sample body of the contract. */
export interface ContractSample {
  readonly file: string;
  readonly version: Microversion;
  readonly body: unknown;
}

/** Every entry, in the order of Nova's route table. */
export const allEntries = (): readonly ContractEntry[] => entries;

/** The request samples of an operation that were there at a microversion; perhaps none. */
export const requestSamples = (op: string, version: Microversion): readonly ContractSample[] =>
  sampleRows(op).filter((sample) => compareMicroversions(sample.version, version) <= 0);

/** The request samples of an operation. Throws when there are none. */
export const samplesOf = (op: string): readonly ContractSample[] => {
  const found = sampleRows(op);
  if (found.length === 0) throw new Error(`The contract has no request sample of ${op}.`);
  return found;
};

/** Any sample body of the contract, with the operations whose schemas take it. */
export interface IndexedSample extends ContractSample {
  readonly kind: string;
  readonly operations: readonly string[];
}

/** Every sample there is, requests and answers. */
export const everySample = (): readonly IndexedSample[] => {
  if (contractAbsent !== false) return [];
  const rows = readFileSync(new URL('samples_index.tsv', FOLDER), 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [file = '', version = '', kind = '', operations = ''] = row.split('\t');
    const body: unknown = JSON.parse(readFileSync(new URL(`samples/${file}`, FOLDER), 'utf8'));
    return { file, version: versionNamed(version), body, kind, operations: operations.split('; ').filter(Boolean) };
  });
};

const indexed = everySample();

const sampleRows = (op: string): readonly ContractSample[] =>
  indexed.filter(({ kind, operations }) => kind === 'request' && operations.includes(op));
