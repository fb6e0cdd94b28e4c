import type { Quiescing } from '../../drivers/hypervisor.ts';
import type { Instance } from './row.ts';

type Properties = Readonly<Record<string, unknown>>;

/** What says of an instance whether an agent runs in it: its image, or the volume that it boots from. */
type Imaged = Pick<Instance, 'image' | 'rootImage' | 'volumes'>;

/** Words for yes, as Nova reads them in properties of images (oslo.utils: `bool_from_string`). */
const YES: readonly string[] = ['1', 't', 'true', 'on', 'y', 'yes'];

const says = (properties: Properties, name: string): boolean =>
  YES.includes(
    String(properties[name] ?? '')
      .trim()
      .toLowerCase(),
  );

/** Whether no image may be made of a guest that has not written everything to its disks before. */
export const mustQuiesce = (properties: Properties): boolean => says(properties, 'os_require_quiesce');

/** The same of what these properties say of an agent. */
const quiescingBy = (properties: Properties): Quiescing => {
  if (mustQuiesce(properties)) return 'required';
  return says(properties, 'hw_qemu_guest_agent') ? 'ifPossible' : 'no';
};

/** What a volume that is booted from keeps of its image about an agent; absent: that no agent is there. */
export function agentOf(imageMetadataJson: string | null): { readonly agent?: 'optional' | 'required' } {
  const kept: unknown = JSON.parse(imageMetadataJson ?? '{}');
  const properties: Properties = typeof kept === 'object' && kept !== null ? { ...kept } : {};
  if (!says(properties, 'hw_qemu_guest_agent')) return {};
  return { agent: mustQuiesce(properties) ? 'required' : 'optional' };
}

const rootAgent = ({ image, volumes = [] }: Imaged): 'optional' | 'required' | undefined =>
  image === null ? volumes.find(({ bootIndex }) => bootIndex === 0)?.agent : undefined;

/** Whether the image of an instance says that an agent of the hypervisor runs in it. */
export const hasGuestAgent = (instance: Imaged): boolean =>
  says((instance.rootImage ?? instance.image)?.properties ?? {}, 'hw_qemu_guest_agent') ||
  rootAgent(instance) !== undefined;

/** Whether an instance writes everything to its disks before an image is made of them. */
export function quiescingOf(instance: Imaged): Quiescing {
  const agent = rootAgent(instance);
  if (agent !== undefined) return agent === 'required' ? 'required' : 'ifPossible';
  return quiescingBy((instance.rootImage ?? instance.image)?.properties ?? {});
}
