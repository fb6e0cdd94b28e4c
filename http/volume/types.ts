import { DEFAULT_VOLUME_TYPE } from '../../actors/volume/row.ts';
import { fault, reply, type VolumeAnswer, type VolumeRequest, type VolumeRoute } from './route.ts';

const view = (): object => ({
  id: DEFAULT_VOLUME_TYPE.id,
  name: DEFAULT_VOLUME_TYPE.name,
  description: DEFAULT_VOLUME_TYPE.description,
  is_public: true,
  extra_specs: {},
  qos_specs_id: null,
  'os-volume-type-access:is_public': true,
});

/** Answers what `show` makes of the type of the path, of which there is one. */
const ofType =
  (show: () => object) =>
  (request: VolumeRequest): VolumeAnswer => {
    const id = request.param('id');
    const isIt = id === DEFAULT_VOLUME_TYPE.id || id === 'default';
    return isIt ? reply(show()) : fault(404, `Volume type ${id} could not be found.`);
  };

/** Types of volumes: one, which cannot be changed. Cinder API v3: `/types`. */
export const typeRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/types',
    rule: 'volume_extension:type_get_all',
    handle: () => reply({ volume_types: [view()] }),
  },
  {
    method: 'GET',
    path: '/types/:id',
    rule: 'volume_extension:type_get',
    handle: ofType(() => ({ volume_type: view() })),
  },
  {
    method: 'GET',
    path: '/types/:id/extra_specs',
    rule: 'volume_extension:types_extra_specs:index',
    handle: ofType(() => ({ extra_specs: {} })),
  },
  {
    method: 'GET',
    path: '/types/:id/encryption',
    rule: 'volume_extension:volume_type_encryption:get',
    handle: ofType(() => ({})),
  },
];
