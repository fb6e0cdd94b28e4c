/** Properties by the names they had before Nova and Glance agreed on prefixes. Nova: `ImageMetaProps._legacy_property_map`. */
const LEGACY_NAMES: Readonly<Record<string, string>> = {
  hw_architecture: 'architecture',
  img_hv_type: 'hypervisor_type',
  hw_vm_mode: 'vm_mode',
  img_hv_requested_version: 'hypervisor_version_requires',
};

/** Properties of an image by name. */
export type ImageProperties = Readonly<Record<string, string>>;

/** A property of an image, also under its old name; undefined: it has none. */
export function imageProperty(properties: ImageProperties | undefined, name: string): string | undefined {
  if (properties === undefined) return undefined;
  if (Object.hasOwn(properties, name)) return properties[name];
  const legacy = LEGACY_NAMES[name];
  return legacy !== undefined && Object.hasOwn(properties, legacy) ? properties[legacy] : undefined;
}

/** A truth value as image properties and extra specs write it. */
export const isTrue = (text: string | undefined): boolean =>
  text !== undefined && /^\s*(?:1|t|true|on|y|yes)\s*$/i.test(text);

/** One kind of guest that a host can run: architecture, hypervisor type and mode, all in lower case. */
export type SupportedInstance = readonly [architecture: string, hypervisorType: string, vmMode: string];

/** Other names of architectures. Nova: `Architecture.canonicalize`. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  i386: 'i686',
  i486: 'i686',
  i586: 'i686',
  amd64: 'x86_64',
};
/** Other names of hypervisors. Nova: `HVType.canonicalize`. */
const HYPERVISORS: Readonly<Record<string, string>> = { xapi: 'xen', parallels: 'virtuozzo' };
/** Other names of modes; `pv` is Nova's older word for `xen`. Nova: `VMMode.canonicalize`. */
const MODES: Readonly<Record<string, string>> = { pv: 'xen', hv: 'hvm', baremetal: 'hvm' };

const canonical = (text: string | undefined, names: Readonly<Record<string, string>>): string | null => {
  if (text === undefined || text === '') return null;
  const lower = text.toLowerCase();
  return Object.hasOwn(names, lower) ? (names[lower] ?? lower) : lower;
};

/** What an image needs of a host; null where it does not say. */
export interface WantedInstance {
  readonly architecture: string | null;
  readonly hypervisorType: string | null;
  readonly vmMode: string | null;
}

/** What the properties of an image ask of a host; null when nothing. */
export function wantedInstance(
  properties: ImageProperties | undefined,
  defaultArchitecture: string | null,
): WantedInstance | null {
  const architecture = imageProperty(properties, 'hw_architecture') ?? defaultArchitecture ?? undefined;
  const wanted = {
    architecture: canonical(architecture, ARCHITECTURES),
    hypervisorType: canonical(imageProperty(properties, 'img_hv_type'), HYPERVISORS),
    vmMode: canonical(imageProperty(properties, 'hw_vm_mode'), MODES),
  };
  const isNothing = wanted.architecture === null && wanted.hypervisorType === null && wanted.vmMode === null;
  return isNothing ? null : wanted;
}

/** Whether one kind of guest of a host is what an image wants. Nova: ImagePropertiesFilter. */
export const isSupported = (wanted: WantedInstance, supported: readonly SupportedInstance[]): boolean =>
  supported.some(
    ([architecture, hypervisorType, vmMode]) =>
      (wanted.architecture === null || wanted.architecture === canonical(architecture, ARCHITECTURES)) &&
      (wanted.hypervisorType === null || wanted.hypervisorType === canonical(hypervisorType, HYPERVISORS)) &&
      (wanted.vmMode === null || wanted.vmMode === canonical(vmMode, MODES)),
  );
