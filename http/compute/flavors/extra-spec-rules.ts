import { STANDARD_TRAITS } from '../../../actors/placement/client.ts';

/** What the value of an extra spec must be, as text. */
type Rule =
  | { readonly type: 'any' }
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | { readonly type: 'pattern'; readonly pattern: RegExp };

const any: Rule = { type: 'any' };
const boolean: Rule = { type: 'boolean' };
const from = (minimum: number, maximum = Number.POSITIVE_INFINITY): Rule => ({ type: 'integer', minimum, maximum });
const integer = from(Number.NEGATIVE_INFINITY);
const oneOf = (...values: readonly string[]): Rule => ({ type: 'choice', values });
const matching = (pattern: RegExp): Rule => ({ type: 'pattern', pattern });

// Simpler than Nova's pattern, which takes exponential time on a long mask, and takes the same texts that mean something.
const cpuSet = matching(/^\^?\d+(-\d+)?(,\^?\d+(-\d+)?)*$/);
const shares = oneOf('custom', 'high', 'normal', 'low');

/** Rules by exact name. Facts: nova/api/validation/extra_specs/*.py. */
const BY_NAME: ReadonlyMap<string, Rule> = new Map([
  ['accel:device_profile', any],
  ['hide_hypervisor_id', boolean],
  ['group_policy', oneOf('isolate', 'none')],
  ['hw:boot_menu', boolean],
  ['hw:cpu_cores', from(1)],
  ['hw:cpu_dedicated_mask', cpuSet],
  ['hw:cpu_max_cores', from(1)],
  ['hw:cpu_max_sockets', from(1)],
  ['hw:cpu_max_threads', from(1)],
  ['hw:cpu_policy', oneOf('dedicated', 'shared', 'mixed')],
  ['hw:cpu_realtime', boolean],
  ['hw:cpu_realtime_mask', cpuSet],
  ['hw:cpu_sockets', from(1)],
  ['hw:cpu_thread_policy', oneOf('prefer', 'isolate', 'require')],
  ['hw:cpu_threads', from(1)],
  ['hw:emulator_threads_policy', oneOf('isolate', 'share')],
  ['hw:ephemeral_encryption', boolean],
  ['hw:ephemeral_encryption_format', oneOf('plain', 'luks', 'luksv2')],
  ['hw:hide_hypervisor_id', boolean],
  ['hw:locked_memory', boolean],
  ['hw:mem_encryption', boolean],
  ['hw:mem_encryption_model', oneOf('amd-sev', 'amd-sev-es', 'amd-sev-snp')],
  ['hw:mem_page_size', matching(/^(large|small|any|\d+([kKMGT]i?)?(b|bit|B)?)$/)],
  ['hw:numa_nodes', from(1)],
  ['hw:pci_numa_affinity_policy', oneOf('required', 'preferred', 'legacy', 'socket')],
  ['hw:pmem', matching(/^[a-zA-Z0-9_]+(,[a-zA-Z0-9_]+)*,?$/)],
  ['hw:pmu', boolean],
  ['hw:redirected_usb_ports', from(0, 15)],
  ['hw:serial_port_count', from(0)],
  ['hw:sound_model', oneOf('sb16', 'es1370', 'pcspk', 'ac97', 'ich6', 'ich9', 'usb', 'virtio')],
  ['hw:tpm_model', oneOf('tpm-tis', 'tpm-crb')],
  ['hw:tpm_secret_security', oneOf('user', 'host', 'deployment')],
  ['hw:tpm_version', oneOf('1.2', '2.0')],
  ['hw:usb_model', oneOf('none', 'nec-xhci', 'qemu-xhci')],
  ['hw:vif_multiqueue_enabled', boolean],
  ['hw:viommu_model', oneOf('intel', 'smmuv3', 'virtio', 'auto')],
  ['hw:virtio_packed_ring', boolean],
  ['hw:watchdog_action', oneOf('none', 'pause', 'poweroff', 'reset', 'disabled')],
  ['hw_rng:allowed', boolean],
  ['hw_rng:rate_bytes', from(0)],
  ['hw_rng:rate_period', from(0)],
  ['hw_video:ram_max_mb', from(0)],
  ['os:secure_boot', oneOf('disabled', 'required')],
  ['pci_passthrough:alias', matching(/^[^:]+:\d+(?:\s*,\s*[^:,\s][^:]*:\d+)*$/)],
  ['quota:cpu_quota', integer],
  ['vmware:hw_version', any],
  ['vmware:storage_policy', any],
]);

const RESOURCE =
  'VCPU|PCPU|MEMORY_MB|DISK_GB|PCI_DEVICE|SRIOV_NET_VF|NUMA_SOCKET|NUMA_CORE|NUMA_THREAD|NUMA_MEMORY_MB|IPV4_ADDRESS|' +
  'VGPU|VGPU_DISPLAY_HEAD|NET_BW_[EI]GR_KILOBIT_PER_SEC|NET_PACKET_RATE(_[EI]GR)?_KILOPACKET_PER_SEC|' +
  'MEM_ENCRYPTION_CONTEXT|FPGA|PGPU|CUSTOM_[A-Z0-9_]+';
const GROUP = '[a-zA-Z0-9_-]{0,64}';

// Of the host's state; those in the second line have parts: `capabilities:cpu_info:features`.
const CAPABILITY =
  'id|uuid|service_id|host|vcpus|memory_mb|local_gb|vcpus_used|memory_mb_used|local_gb_used|hypervisor_type|' +
  'hypervisor_version|hypervisor_hostname|free_ram_mb|free_disk_gb|current_workload|running_vms|disk_available_least|' +
  'host_ip|mapped|cpu_allocation_ratio|ram_allocation_ratio|disk_allocation_ratio|total_usable_ram_mb|' +
  'total_usable_disk_gb|disk_mb_used|free_disk_mb|vcpus_total|num_instances|num_io_ops|failed_builds|aggregates|' +
  'cell_uuid|updated|((cpu_info|metrics|stats|numa_topology|supported_hv_specs|pci_device_pools|nodename|pci_stats|' +
  'supported_instances|limits|instances)(:.+)?)';

const TRAIT_RULE = oneOf('required', 'forbidden');
const TRAIT = new RegExp(`^trait${GROUP}:(.+)$`);

/** Rules by pattern of the name. */
const BY_PATTERN: readonly (readonly [RegExp, Rule])[] = [
  [/^aggregate_instance_extra_specs:.+$/, any],
  [new RegExp(`^capabilities:(${CAPABILITY})$`), any],
  [/^hw:numa_cpus\.\d+$/, cpuSet],
  [/^hw:numa_mem\.\d+$/, from(1)],
  [/^quota:(cpu|memory|disk_io|vif)_(limit|shares_share)$/, from(0)],
  [/^quota:(cpu|memory|disk_io|vif)_reservation$/, integer],
  [/^quota:(cpu|memory|disk_io|vif)_shares_level$/, shares],
  [/^quota:(cpu_shares|cpu_period)$/, from(0)],
  [/^quota:disk_(read|write|total)_(bytes|iops)_sec$/, from(0)],
  [/^quota:vif_(inbound|outbound)_(average|peak|burst)$/, from(0)],
  [new RegExp(`^resources${GROUP}:(${RESOURCE})$`), integer],
  [new RegExp(`^trait${GROUP}:CUSTOM_[A-Z0-9_]+$`), TRAIT_RULE],
];

/** Namespaces in which an unknown name is refused; others belong to the operator. */
const KNOWN_NAMESPACES = new RegExp(
  `^(accel|aggregate_instance_extra_specs|capabilities|hw|hw_rng|hw_video|os|pci_passthrough|quota|vmware|(resources|trait)${GROUP}):`,
);

const BOOLEAN = /^\s*(1|t|true|on|y|yes|0|f|false|off|n|no)\s*$/i;

const ruleOf = (name: string): Rule | undefined => {
  const [, trait] = TRAIT.exec(name) ?? [];
  if (trait !== undefined && STANDARD_TRAITS.has(trait)) return TRAIT_RULE;
  return BY_NAME.get(name) ?? BY_PATTERN.find(([pattern]) => pattern.test(name))?.[1];
};

const problemOf = (rule: Rule, value: string): string | null => {
  switch (rule.type) {
    case 'any':
      return null;
    case 'boolean':
      return BOOLEAN.test(value) ? null : 'must be a boolean';
    case 'integer': {
      if (!/^\s*[+-]?\d+\s*$/.test(value)) return 'must be an integer';
      const number = Number(value);
      if (number < rule.minimum) return `must be at least ${rule.minimum}`;
      return number > rule.maximum ? `must be at most ${rule.maximum}` : null;
    }
    case 'choice':
      return rule.values.includes(value) ? null : `must be one of ${rule.values.join(', ')}`;
    case 'pattern':
      return rule.pattern.test(value) ? null : `must match ${rule.pattern.source}`;
  }
};

/**
 * Why an extra spec is refused, or null when it is fine. From 2.86 on, names in the namespaces that the scheduler and
 * the drivers read are checked, so that a typing error does not silently change nothing.
 */
export const extraSpecProblem = (name: string, value: string): string | null => {
  const rule = ruleOf(name);
  if (rule === undefined)
    return KNOWN_NAMESPACES.test(name)
      ? `Validation failed; extra spec '${name}' does not appear to be a valid extra spec.`
      : null;
  const problem = problemOf(rule, value);
  return problem === null ? null : `Validation failed; extra spec '${name}' ${problem}, not '${value}'.`;
};
