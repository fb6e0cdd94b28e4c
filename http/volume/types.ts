import { VOLUME_TYPES, type VolumeType, volumeTypeOf } from '../../actors/volume/row.ts';
import { fault, reply, type VolumeAnswer, type VolumeRequest, type VolumeRoute } from './route.ts';

const extraSpecs = ({ multiattach }: VolumeType): object => (multiattach ? { multiattach: '<is> True' } : {});

const view = (type: VolumeType): object => ({
  id: type.id,
  name: type.name,
  description: type.description,
  is_public: true,
  extra_specs: extraSpecs(type),
  qos_specs_id: null,
  'os-volume-type-access:is_public': true,
});

/** Answers what `show` makes of the type of the path. */
const ofType =
  (show: (type: VolumeType) => object) =>
  (request: VolumeRequest): VolumeAnswer => {
    const id = request.param('id');
    const type = volumeTypeOf(id);
    return type === undefined ? fault(404, `Volume type ${id} could not be found.`) : reply(show(type));
  };

/** Types of volumes: two, which cannot be changed. Cinder API v3: `/types`. */
export const typeRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/types',
    rule: 'volume_extension:type_get_all',
    handle: () => reply({ volume_types: VOLUME_TYPES.map(view) }),
  },
  {
    method: 'GET',
    path: '/types/:id',
    rule: 'volume_extension:type_get',
    handle: ofType((type) => ({ volume_type: view(type) })),
  },
  {
    method: 'GET',
    path: '/types/:id/extra_specs',
    rule: 'volume_extension:types_extra_specs:index',
    handle: ofType((type) => ({ extra_specs: extraSpecs(type) })),
  },
  {
    method: 'GET',
    path: '/types/:id/encryption',
    rule: 'volume_extension:volume_type_encryption:get',
    handle: ofType(() => ({})),
  },
];
