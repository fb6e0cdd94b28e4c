import { hosts } from '../../../actors/host/row.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import type { Reader } from '../../../runtime/store.ts';

const KIB_PER_MIB = 1024;

/** The names of power states, as Nova writes them (nova/objects/fields.py, `InstancePowerState`). */
const STATE_NAMES: Readonly<Record<Instance['powerState'], string>> = {
  0: 'pending',
  1: 'running',
  3: 'paused',
  4: 'shutdown',
  6: 'crashed',
  7: 'suspended',
};

const counters = (names: string): object => Object.fromEntries(names.split(' ').map((name) => [name, null]));
const NIC_COUNTERS = counters(
  'rx_drop rx_errors rx_octets rx_packets rx_rate tx_drop tx_errors tx_octets tx_packets tx_rate',
);
const DISK_COUNTERS = counters('errors_count read_bytes read_requests write_bytes write_requests');

/** How many disks a guest has. */
const diskCount = ({ flavor, configDrive }: Instance): number =>
  1 + Number(flavor.ephemeralGib > 0) + Number(flavor.swapMib > 0) + Number(configDrive);

/**
 * What a guest is made of, in the shape that microversion 2.48 gave to all drivers. Counters are null, which the API
 * allows: no driver of ours reads them yet. Memory is in MiB, `uptime` in seconds.
 */
export const diagnosticsView = (server: Instance, reader: Reader): object => {
  const inventory = server.host === null ? null : (hosts.read(reader, server.host)?.inventory ?? null);
  return {
    state: STATE_NAMES[server.powerState],
    // One of four names that the schema allows; ours is nearest to this one, and `hypervisor` tells the truth.
    driver: 'libvirt',
    hypervisor: inventory?.hypervisorType.toLowerCase() ?? null,
    hypervisor_os: null,
    uptime: null,
    config_drive: server.configDrive,
    num_cpus: server.flavor.vcpus,
    num_disks: diskCount(server),
    num_nics: server.ports.length,
    memory_details: { maximum: server.flavor.memoryMib, used: null },
    cpu_details: Array.from({ length: server.flavor.vcpus }, (_, id) => ({ id, time: null, utilisation: null })),
    nic_details: server.ports.map(({ macAddress }) => ({ mac_address: macAddress, ...NIC_COUNTERS })),
    disk_details: Array.from({ length: diskCount(server) }, () => DISK_COUNTERS),
  };
};

/** The same before 2.48, when each driver had names of its own: libvirt's `memory`, in KiB, is all that is known. */
export const driverDiagnostics = ({ flavor }: Instance): object => ({ memory: flavor.memoryMib * KIB_PER_MIB });
