import * as v from 'valibot';
import { changeVolumes, VOLUME_LIMITS } from '../../actors/volume/client.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { VolumeFault } from './faults.ts';
import { checked, metadata } from './fields.ts';
import { emptyReply, fault, refused, reply, type VolumeAnswer, type VolumeRequest, type VolumeRoute } from './route.ts';
import { snapshotOf } from './snapshots.ts';
import { itemsOf } from './views.ts';
import { volumeOf } from './volumes.ts';

const items = metadata(VOLUME_LIMITS.metadataItemsMax);
type Items = Readonly<Record<string, string>>;

/** What can have metadata: how it is found, and how it is changed. */
interface Holder {
  readonly path: string;
  readonly rule: string;
  readonly change: 'updateVolume' | 'updateSnapshot';
  find(request: VolumeRequest): Result<{ readonly id: string; readonly metadataJson: string }, VolumeFault>;
}

const HOLDERS: readonly Holder[] = [
  { path: '/volumes/:id', rule: 'volume', change: 'updateVolume', find: volumeOf },
  { path: '/snapshots/:id', rule: 'volume:snapshot', change: 'updateSnapshot', find: snapshotOf },
];

/** Replaces the metadata by what `next` makes of it, and answers what `shown` makes of that. */
async function write(
  request: VolumeRequest,
  { find, change }: Holder,
  next: (known: Items) => Result<Items, VolumeFault>,
  shown: (items: Items) => VolumeAnswer,
): Promise<VolumeAnswer> {
  const found = find(request);
  if (!found.ok) return found;
  const wanted = next(itemsOf(found.value.metadataJson));
  if (!wanted.ok) return wanted;
  if (Object.keys(wanted.value).length > VOLUME_LIMITS.metadataItemsMax) {
    return fault(400, `Maximum number of metadata items exceeds ${VOLUME_LIMITS.metadataItemsMax}`);
  }
  const changes = { metadataJson: JSON.stringify(wanted.value) };
  const outcome = await changeVolumes(request.system, { type: change, id: found.value.id, changes });
  return outcome.ok ? shown(wanted.value) : refused(outcome.error);
}

const NO_KEY: VolumeFault = { status: 404, message: 'There is no such key among the metadata.' };

const routesOf = (holder: Holder): readonly VolumeRoute[] => {
  const path = `${holder.path}/metadata`;
  const one = `${path}/:key`;
  const rule = (verb: string): string => `${holder.rule}:${verb}_metadata`;
  const show = (metadata: Items): VolumeAnswer => reply({ metadata });
  return [
    {
      method: 'GET',
      path,
      rule: rule('get'),
      handle: (request) => {
        const found = holder.find(request);
        return found.ok ? show(itemsOf(found.value.metadataJson)) : found;
      },
    },
    {
      method: 'POST',
      path,
      rule: rule('create'),
      handle: (request) => {
        const body = checked(v.object({ metadata: items }), request.body);
        return body.ok ? write(request, holder, (known) => ok({ ...known, ...body.value.metadata }), show) : body;
      },
    },
    {
      method: 'PUT',
      path,
      rule: rule('update'),
      handle: (request) => {
        const body = checked(v.object({ metadata: items }), request.body);
        return body.ok ? write(request, holder, () => ok(body.value.metadata), show) : body;
      },
    },
    {
      method: 'GET',
      path: one,
      rule: rule('get'),
      handle: (request) => {
        const found = holder.find(request);
        if (!found.ok) return found;
        const [key, known] = [request.param('key'), itemsOf(found.value.metadataJson)];
        return Object.hasOwn(known, key) ? reply({ meta: { [key]: known[key] } }) : failed(NO_KEY);
      },
    },
    {
      method: 'PUT',
      path: one,
      rule: rule('update'),
      handle: (request) => {
        const body = checked(v.object({ meta: items }), request.body);
        if (!body.ok) return body;
        const { meta } = body.value;
        const [key, ...others] = Object.keys(meta);
        if (key !== request.param('key') || others.length > 0) return fault(400, 'Request body and URI mismatch');
        return write(
          request,
          holder,
          (known) => ok({ ...known, ...meta }),
          () => reply({ meta }),
        );
      },
    },
    {
      method: 'DELETE',
      path: one,
      rule: rule('delete'),
      handle: (request) => {
        const key = request.param('key');
        const without = (known: Items): Result<Items, VolumeFault> => {
          const { [key]: _gone, ...rest } = known;
          return Object.hasOwn(known, key) ? ok(rest) : failed(NO_KEY);
        };
        return write(request, holder, without, () => emptyReply(200));
      },
    },
  ];
};

/** Metadata of volumes and snapshots, as a whole and one by one. */
export const metadataRoutes: readonly VolumeRoute[] = HOLDERS.flatMap(routesOf);
