import type { ActorKind } from '../../runtime/actor.ts';
import type { Reader } from '../../runtime/store.ts';
import type { RowTable, Table } from '../../runtime/table.ts';
import { PassedOn } from '../instance/passed-on.ts';
import type { RegistryMessage } from '../registry/protocol.ts';
import {
  type Aggregate,
  aggregates,
  type Flavor,
  flavors,
  type Keypair,
  keypairs,
  type ServerGroup,
  serverGroups,
} from '../registry/row.ts';
import { aggregatePayload } from './aggregate-payload.ts';
import { publish } from './envelope.ts';
import { flavorPayload } from './flavor-payload.ts';
import { type NovaObject, novaObject } from './nova-object.ts';
import type { Sink } from './protocol.ts';
import { serverGroupPayload } from './server-group-payload.ts';

/** A row as it was before a message, and is after it; undefined: it is not there. */
interface Change<Row> {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** A context that sees which rows of the registry change. */
class Seeing extends PassedOn {
  readonly flavors: Change<Flavor>[] = [];
  readonly keypairs: Change<Keypair>[] = [];
  readonly aggregates: Change<Aggregate>[] = [];
  readonly serverGroups: Change<ServerGroup>[] = [];

  override put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void {
    const put = (): void => super.put(table, id, row);
    const { rows } = this;
    const isSeen =
      seen(flavors, table, id, rows, put, this.flavors) ||
      seen(keypairs, table, id, rows, put, this.keypairs) ||
      seen(aggregates, table, id, rows, put, this.aggregates) ||
      seen(serverGroups, table, id, rows, put, this.serverGroups);
    if (!isSeen) put();
  }
}

function seen<Row>(
  known: Pick<Table<Row>, 'read'>,
  table: object,
  id: string,
  rows: Reader,
  put: () => void,
  changes: Change<Row>[],
): boolean {
  if (!Object.is(known, table)) return false;
  const before = known.read(rows, id);
  put();
  changes.push({ before, after: known.read(rows, id) });
  return true;
}

/** What is told of an aggregate, by what was done to it. */
const AGGREGATE_EVENTS: Partial<Readonly<Record<RegistryMessage['type'], string>>> = {
  createAggregate: 'create',
  updateAggregate: 'update_prop',
  setAggregateMetadata: 'update_metadata',
  addAggregateHost: 'add_host',
  removeAggregateHost: 'remove_host',
  deleteAggregate: 'delete',
};

/** Every type that can be told of the registry. */
export const REGISTRY_EVENT_TYPES: readonly string[] = [
  ...['create', 'update', 'delete'].map((what) => `flavor.${what}`),
  ...['create', 'import', 'delete'].flatMap((what) => [`keypair.${what}.start`, `keypair.${what}.end`]),
  ...Object.values(AGGREGATE_EVENTS).flatMap((what) => [`aggregate.${what}.start`, `aggregate.${what}.end`]),
  ...['create', 'delete'].map((what) => `server_group.${what}`),
];

/** The registry, where something is to be told of flavors, keypairs, aggregates and server groups: in the commit that changes them. */
export function notifyingRegistry(
  kind: ActorKind<null, RegistryMessage>,
  sinks: readonly Sink[],
): ActorKind<null, RegistryMessage> {
  return {
    ...kind,
    handle(state, message, ctx) {
      // The flavors of a first start are nobody's doing.
      if (message.type === 'ensureDefaults') return kind.handle(state, message, ctx);
      const seeing = new Seeing(ctx, ctx.asker);
      const next = kind.handle(state, message, seeing);
      const tell = (eventType: string, payload: NovaObject): void => publish(sinks, eventType, null, payload, ctx);
      const whole = (eventType: string, payload: NovaObject): void => {
        tell(`${eventType}.start`, payload);
        tell(`${eventType}.end`, payload);
      };
      for (const change of seeing.flavors) told(change, (what, row) => tell(`flavor.${what}`, flavorPayload(row)));
      for (const change of seeing.keypairs) {
        const isImported = message.type === 'createKeypair' && message.isImported === true;
        told(change, (what, row) =>
          whole(`keypair.${what === 'create' && isImported ? 'import' : what}`, keypairPayload(row)),
        );
      }
      const done = AGGREGATE_EVENTS[message.type];
      for (const change of done ? seeing.aggregates : [])
        told(change, (_, row) => whole(`aggregate.${done}`, aggregatePayload(row)));
      // A new group has no members, and one that is deleted is told without them.
      for (const change of seeing.serverGroups)
        told(change, (what, row) => tell(`server_group.${what}`, serverGroupPayload(row, [])));
      return next;
    },
  };
}

function told<Row>(
  { before, after }: Change<Row>,
  tell: (what: 'create' | 'update' | 'delete', row: Row) => void,
): void {
  if (after !== undefined) tell(before === undefined ? 'create' : 'update', after);
  else if (before !== undefined) tell('delete', before);
}

const keypairPayload = ({ userId, name, type, fingerprint, publicKey }: Keypair): NovaObject =>
  novaObject('KeypairPayload', { user_id: userId, name, type, fingerprint, public_key: publicKey });
