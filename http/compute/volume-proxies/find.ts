import { type VolumeRow, type VolumeSnapshotRow, volumeSnapshots } from '../../../actors/volume/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { offsetPageOf } from '../../paging.ts';
import { echoed, type Refusal, refuse } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { Found } from '../../route.ts';
import type { ComputeServices } from '../services.ts';
import { volumeVisible } from '../volume-attachments/attach.ts';

/** Longest text of this part of the API: a name, a description, an item of metadata, an id. */
export const TEXT_LENGTH_MAX = 255;

type WithId = RequestContext & { readonly params: { readonly id: string } };

/** The caller's own rows of a page. The oldest come first, as Nova gets them. */
export function ownRows<Row>(
  table: {
    ids(reader: Reader, index: 'byProject', parts: readonly string[]): Iterable<string>;
    read(reader: Reader, id: string): Row | undefined;
  },
  { caller, query }: RequestContext & { readonly query: Parameters<typeof offsetPageOf>[0] },
  { reader }: ComputeServices,
): readonly Row[] {
  const rows = [...table.ids(reader, 'byProject', [caller.projectId ?? ''])].flatMap(
    (id) => table.read(reader, id) ?? [],
  );
  const { offset, limit } = offsetPageOf(query);
  return rows.slice(offset, offset + limit);
}

/** The volume that the caller may see, or the refusal. */
export const volumeOr404 = (id: string, request: RequestContext, services: ComputeServices): VolumeRow | Refusal =>
  volumeVisible(id, request, services) ?? refuse({ code: 'VolumeNotFound', volumeId: echoed(id) });

/** The snapshot that the caller may see, or the refusal. */
export const snapshotOr404 = (
  id: string,
  { caller }: RequestContext,
  { reader }: ComputeServices,
): VolumeSnapshotRow | Refusal => {
  const row = id.length > TEXT_LENGTH_MAX ? undefined : volumeSnapshots.read(reader, id);
  return row !== undefined && (caller.isAdmin || row.projectId === caller.projectId)
    ? row
    : refuse({ code: 'VolumeSnapshotNotFound', snapshotId: echoed(id) });
};

const found = <Row extends VolumeRow | VolumeSnapshotRow>(row: Row | Refusal): Found<Row> | Refusal =>
  'kind' in row ? row : { value: row, target: {} };

/** The volume of the path. */
export const volumeById = (request: WithId, services: ComputeServices): Found<VolumeRow> | Refusal =>
  found(volumeOr404(request.params.id, request, services));

/** The snapshot of the path. */
export const snapshotById = (request: WithId, services: ComputeServices): Found<VolumeSnapshotRow> | Refusal =>
  found(snapshotOr404(request.params.id, request, services));

/** Refused: what the volume service could not keep. */
export const tooLong = (): Refusal =>
  refuse({ code: 'InvalidInput', reason: 'a name, a description or the metadata is too long' });
