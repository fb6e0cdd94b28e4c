import { failed, ok, type Result } from '../../runtime/result.ts';
import { isTrue } from './matching/image-properties.ts';

/** Memory of a guest that nobody outside of it can read. */
export interface MemoryEncryption {
  /** The trait of hosts that can do it in the way that is named; null: in any. */
  readonly trait: string | null;
}

/** What a size and an image say of it. */
interface Asked {
  readonly extraSpecs: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
}

/** Ways to do it, and the traits of hosts that can (os-traits). */
const MODELS: ReadonlyMap<string, string> = new Map([
  ['amd-sev', 'HW_CPU_X86_AMD_SEV'],
  ['amd-sev-es', 'HW_CPU_X86_AMD_SEV_ES'],
  ['amd-sev-snp', 'HW_CPU_X86_AMD_SEV_SNP'],
]);

const contradict = (name: string, flavor: string, property: string, image: string): Result<never, string> =>
  failed(`Flavor and image contradict each other: ${name} is '${flavor}', ${property} is '${image}'`);

/**
 * What a size and an image ask for; null: nothing. Refused: they contradict each other, or the image is not made for it.
 * Nova: `get_mem_encryption_constraint` (nova/virt/hardware.py).
 */
export function memoryEncryption({ extraSpecs, properties }: Asked): Result<MemoryEncryption | null, string> {
  const [flavor, image] = [extraSpecs['hw:mem_encryption'], properties['hw_mem_encryption']];
  if (flavor === undefined && image === undefined) return ok(null);
  if (flavor !== undefined && image !== undefined && isTrue(flavor) !== isTrue(image))
    return contradict('hw:mem_encryption', flavor, 'hw_mem_encryption', image);
  if (!isTrue(flavor) && !isTrue(image)) return ok(null);
  if (properties['hw_firmware_type'] !== 'uefi')
    return failed("Memory encryption needs an image with 'hw_firmware_type' set to 'uefi'");
  const machine = properties['hw_machine_type'];
  // Which one it is otherwise, its host says.
  if (machine !== undefined && !machine.includes('q35'))
    return failed(`Memory encryption needs the machine type q35, not '${machine}'`);
  const [model, other] = [extraSpecs['hw:mem_encryption_model'], properties['hw_mem_encryption_model']];
  if (model !== undefined && other !== undefined && model !== other)
    return contradict('hw:mem_encryption_model', model, 'hw_mem_encryption_model', other);
  const named = model ?? other;
  const trait = named === undefined ? null : MODELS.get(named);
  if (trait === undefined) return failed(`There is no memory encryption '${named}'`);
  return ok({ trait });
}
