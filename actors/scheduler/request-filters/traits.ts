import type { ClaimRequest } from '../../cell/protocol.ts';
import type { Filter } from '../filter.ts';
import { HYPERTHREADING, threadPolicyAsked } from '../hardware-threads.ts';
import { imageProperty, isTrue } from '../matching/image-properties.ts';
import type { SchedulerOptions } from '../options.ts';

type Texts = Readonly<Record<string, string>>;

/** A request filter of Nova that makes a request ask for traits: which ones this request has to ask for. */
interface TraitRule {
  /** Nova's name of the function in nova/scheduler/request_filter.py. */
  readonly name: string;
  /** It reads more than extra specs and image properties. */
  readonly readsMore?: true;
  readonly traitsOf: (extraSpecs: Texts, imageProperties: Texts, request: ClaimRequest) => readonly string[];
}

const NONE: Texts = {};

/** A part of a trait's name: upper case, what cannot stand in a name as an underscore. */
const word = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '_');

const eitherOf = (extraSpecs: Texts, key: string, properties: Texts, name: string): string | undefined =>
  extraSpecs[key] ?? imageProperty(properties, name);

/** Image properties whose value is the end of a trait's name. */
const MODELS: readonly (readonly [property: string, prefix: string])[] = [
  ['hw_cdrom_bus', 'COMPUTE_STORAGE_BUS_'],
  ['hw_disk_bus', 'COMPUTE_STORAGE_BUS_'],
  ['hw_video_model', 'COMPUTE_GRAPHICS_MODEL_'],
  ['hw_vif_model', 'COMPUTE_NET_VIF_MODEL_'],
  ['hw_architecture', 'HW_ARCH_'],
  ['hw_emulation_architecture', 'COMPUTE_ARCH_'],
  ['hw_viommu_model', 'COMPUTE_VIOMMU_MODEL_'],
];

/** Rules that hold always: only a request that asks for the thing asks for its traits. */
const ALWAYS: readonly TraitRule[] = [
  {
    name: 'accelerators_filter',
    traitsOf: (extraSpecs) => (extraSpecs['accel:device_profile'] ? ['COMPUTE_ACCELERATORS'] : []),
  },
  {
    name: 'packed_virtqueue_filter',
    traitsOf: (extraSpecs, properties) =>
      isTrue(eitherOf(extraSpecs, 'hw:virtio_packed_ring', properties, 'hw_virtio_packed_ring'))
        ? ['COMPUTE_NET_VIRTIO_PACKED']
        : [],
  },
  {
    name: 'ephemeral_encryption_filter',
    traitsOf(extraSpecs, properties) {
      if (!isTrue(eitherOf(extraSpecs, 'hw:ephemeral_encryption', properties, 'hw_ephemeral_encryption'))) return [];
      const key = 'hw:ephemeral_encryption_format';
      const format = eitherOf(extraSpecs, key, properties, 'hw_ephemeral_encryption_format');
      const any = 'COMPUTE_EPHEMERAL_ENCRYPTION';
      return format === undefined ? [any] : [any, `${any}_${word(format)}`];
    },
  },
  {
    name: 'virtio_sound_filter',
    traitsOf: (extraSpecs, properties) =>
      eitherOf(extraSpecs, 'hw:sound_model', properties, 'hw_sound_model') === 'virtio'
        ? ['COMPUTE_SOUND_MODEL_VIRTIO']
        : [],
  },
  {
    name: 'tpm_secret_security_filter',
    traitsOf(extraSpecs, properties) {
      if (!eitherOf(extraSpecs, 'hw:tpm_version', properties, 'hw_tpm_version')) return [];
      const key = 'hw:tpm_secret_security';
      const security = eitherOf(extraSpecs, key, properties, 'hw_tpm_secret_security') ?? 'user';
      return [`COMPUTE_SECURITY_TPM_SECRET_SECURITY_${word(security)}`];
    },
  },
  {
    // Nova translates this one in nova/scheduler/utils.py; the rule is the same.
    name: 'hyperthreading',
    traitsOf: (_extraSpecs, _properties, request) => (threadPolicyAsked(request) === 'require' ? [HYPERTHREADING] : []),
  },
];

const IMAGE_TYPE: TraitRule = {
  name: 'require_image_type_support',
  readsMore: true,
  traitsOf: (_extraSpecs, _properties, { imageFormat }) =>
    imageFormat === undefined ? [] : [`COMPUTE_IMAGE_TYPE_${word(imageFormat)}`],
};

const IMAGE_METADATA: TraitRule = {
  name: 'transform_image_metadata',
  traitsOf: (_extraSpecs, properties) =>
    MODELS.flatMap(([property, prefix]) => {
      const value = imageProperty(properties, property);
      return value === undefined || value === '' ? [] : [`${prefix}${word(value)}`];
    }),
};

/** The filter that a rule is here: it refuses hosts without one of the traits. */
const traitFilter = ({ name, readsMore, traitsOf }: TraitRule): Filter => {
  const wantedOf = (request: ClaimRequest): readonly string[] =>
    traitsOf(request.extraSpecs ?? NONE, request.imageProperties ?? NONE, request);
  return {
    name,
    asks: 'facts',
    compile(request, hosts) {
      if (!readsMore && request.extraSpecs === undefined && request.imageProperties === undefined) return undefined;
      const wanted = wantedOf(request);
      return wanted.length === 0
        ? undefined
        : (row) => {
            const { traits } = hosts.facts(row);
            return wanted.every((trait) => traits.includes(trait));
          };
    },
    reason(request, hosts, row) {
      const { traits } = hosts.facts(row);
      const missed = wantedOf(request).filter((trait) => !traits.includes(trait));
      return `does not have the trait ${missed.join(', ')}`;
    },
  };
};

/** Request filters that ask for traits. Nova: nova/scheduler/request_filter.py. */
export function traitFilters(options: SchedulerOptions): readonly Filter[] {
  const rules = [
    ...(options.queryPlacementForImageTypeSupport ? [IMAGE_TYPE] : []),
    ...(options.imageMetadataPrefilter ? [IMAGE_METADATA] : []),
    ...ALWAYS,
  ];
  return rules.map(traitFilter);
}
