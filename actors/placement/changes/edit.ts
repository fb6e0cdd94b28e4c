import type { Context } from '../../../runtime/context.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import { PlacementCatalog, type Provider } from '../catalog.ts';
import type { NamesElsewhere, PlacementChanged, PlacementReply } from '../change.ts';
import type { PlacementError } from '../errors.ts';
import { type ProviderRow, providers, type Resources } from '../row.ts';

/** What the cell keeps of its hosts in memory, and must hear of. */
export interface PlacementHosts {
  /** What a host has, or its traits, are others now. */
  changed(host: string): void;
  /** A provider has come, gone, or become another one, also by its place in a tree. `rootId`: the top that it had before. */
  providerChanged(id: string, rootId: string): void;
  /** Something of a host was taken (sign 1) or given back (-1). */
  use(host: string, resources: Resources, sign: 1 | -1): void;
  /** The same of a provider that is no host. */
  useOther(providerId: string, resources: Resources, sign: 1 | -1): void;
}

/** What a change works with. */
export interface Edit {
  readonly ctx: Context;
  readonly catalog: PlacementCatalog;
  readonly hosts: PlacementHosts;
}

export const newEdit = (ctx: Context, hosts: PlacementHosts, names?: NamesElsewhere): Edit => ({
  ctx,
  catalog: new PlacementCatalog(ctx.rows, names),
  hosts,
});

export const DONE: PlacementReply = ok({ created: false });

export const refused = (error: PlacementError): Result<PlacementChanged, PlacementError> => failed(error);

/** Changes of a provider that are stored. What a host reports is kept as that, until the inventories are set. */
type ProviderChanges = Partial<
  Pick<ProviderRow, 'name' | 'generation' | 'parentId' | 'rootId' | 'inventories' | 'traits' | 'aggregates'>
>;

/** Stores a provider with these changes; a host that had no row gets one. */
export function putProvider({ ctx, hosts }: Edit, provider: Provider, changes: ProviderChanges): void {
  const before = providers.read(ctx.rows, provider.id);
  const row: ProviderRow = {
    ...(before ?? { ...provider, inventories: null, aggregates: [] }),
    ...changes,
    updatedAtMs: ctx.nowMs,
  };
  ctx.put(providers, provider.id, row);
  const { generation: _, inventories, traits, ...elsewhere } = changes;
  const isOther = row.host === null && (inventories !== undefined || traits !== undefined);
  if (isOther || Object.keys(elsewhere).length > 0) hosts.providerChanged(row.id, provider.rootId);
  if (row.host !== null && (changes.inventories !== undefined || changes.traits !== undefined)) hosts.changed(row.host);
}

/** Refuses a writer who has seen another generation; null: go on. */
export const generationRefused = ({ id, generation }: Provider, given: number): PlacementReply | null =>
  generation === given ? null : refused({ code: 'ProviderChanged', providerId: id, actual: generation, given });
