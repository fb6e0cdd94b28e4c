import type { Quiescing } from '../../drivers/hypervisor.ts';
import type { Instance } from './row.ts';

type Properties = Readonly<Record<string, string>>;

/** Words for yes, as Nova reads them in properties of images (oslo.utils: `bool_from_string`). */
const YES: readonly string[] = ['1', 't', 'true', 'on', 'y', 'yes'];

const says = (properties: Properties, name: string): boolean =>
  YES.includes((properties[name] ?? '').trim().toLowerCase());

/** Whether no image may be made of a guest that has not written everything to its disks before. */
export const mustQuiesce = (properties: Properties): boolean => says(properties, 'os_require_quiesce');

/** Whether the image of an instance says that an agent of the hypervisor runs in it. */
export const hasGuestAgent = ({ image, rootImage }: Pick<Instance, 'image' | 'rootImage'>): boolean =>
  says((rootImage ?? image)?.properties ?? {}, 'hw_qemu_guest_agent');

/** Whether an instance writes everything to its disks before an image is made of them. */
export function quiescingOf(instance: Pick<Instance, 'image' | 'rootImage'>): Quiescing {
  const { image, rootImage } = instance;
  if (mustQuiesce((rootImage ?? image)?.properties ?? {})) return 'required';
  return hasGuestAgent(instance) ? 'ifPossible' : 'no';
}
