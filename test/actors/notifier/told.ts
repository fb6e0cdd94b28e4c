import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { RecordingContext } from '../recording-context.ts';

const FOLDER = new URL('../../../../shared/compute-api/', import.meta.url);

/** Why tests with the contract cannot run here, or false. */
export const contractAbsent: string | false = existsSync(FOLDER) ? false : 'shared/compute-api is absent';

/** A notification, as far as tests look at it. */
export interface Told {
  readonly event_type: string;
  readonly priority: string;
  readonly publisher_id: string;
  readonly payload: {
    readonly 'nova_object.name': string;
    readonly 'nova_object.version': string;
    readonly 'nova_object.data': Readonly<Record<string, unknown>>;
  };
}

/** What was told to the webhook's notifier. */
export const toldTo = (ctx: RecordingContext): readonly Told[] =>
  ctx.toldTo('notifier/webhook').map((message) => JSON.parse(Object(message).notification.body));

/** The fields of a payload. */
export const dataOf = ({ payload }: Told): Readonly<Record<string, unknown>> => payload['nova_object.data'];

/** That types, priorities, publishers, and names, versions and fields of payloads are those of Nova. */
export function assertContract(told: readonly Told[], types: Iterable<string>): void {
  const lines = readFileSync(new URL('notifications.tsv', FOLDER), 'utf8').trim().split('\n').slice(1);
  const contract = new Map(lines.map((line) => [line.split('\t')[0], line.split('\t')] as const));
  for (const type of types) assert.ok(contract.has(type), type);
  for (const one of told) {
    const [, priority, publisher = '', name, version, , fields = ''] = contract.get(one.event_type) ?? [];
    const { payload, publisher_id: id } = one;
    assert.deepEqual([payload['nova_object.name'], payload['nova_object.version']], [name, version], one.event_type);
    assert.equal(one.priority, priority, one.event_type);
    assert.ok(id.startsWith(`${publisher}:`), `${one.event_type} of ${id}, not of ${publisher}`);
    assert.deepEqual(Object.keys(dataOf(one)).sort(), fields.split(',').sort(), one.event_type);
  }
}
