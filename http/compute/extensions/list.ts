/** A part of the API that was an extension before microversions. */
export interface Extension {
  readonly alias: string;
  readonly name: string;
  readonly description: string;
}

/**
 * The former extensions that are there, by alias. The API does not change with this list; old clients ask it before
 * they use something. Names and aliases: nova/api/openstack/compute/extension_info.py.
 */
export const EXTENSIONS: readonly Extension[] = [
  { alias: 'OS-DCF', name: 'DiskConfig', description: 'How disks are partitioned, as stored with a server.' },
  { alias: 'OS-EXT-AZ', name: 'ExtendedAvailabilityZone', description: 'The availability zone of a server.' },
  { alias: 'OS-EXT-IPS', name: 'ExtendedIps', description: 'The type of an address of a server.' },
  { alias: 'OS-EXT-IPS-MAC', name: 'ExtendedIpsMac', description: 'The MAC address of an address of a server.' },
  { alias: 'OS-EXT-SRV-ATTR', name: 'ExtendedServerAttributes', description: 'Where a server runs, for admins.' },
  { alias: 'OS-EXT-STS', name: 'ExtendedStatus', description: 'The vm, task and power state of a server.' },
  { alias: 'OS-FLV-DISABLED', name: 'FlavorDisabled', description: 'Whether a flavor is disabled.' },
  { alias: 'OS-FLV-EXT-DATA', name: 'FlavorExtraData', description: 'The ephemeral disk of a flavor.' },
  { alias: 'OS-SRV-USG', name: 'ServerUsage', description: 'When a server was launched and terminated.' },
  { alias: 'os-access-ips', name: 'AccessIPs', description: 'Addresses by which a server is to be reached.' },
  { alias: 'os-availability-zone', name: 'AvailabilityZone', description: 'Availability zones.' },
  { alias: 'os-config-drive', name: 'ConfigDrive', description: 'A disk with the configuration of a server.' },
  { alias: 'os-console-output', name: 'ConsoleOutput', description: 'The serial console of a server.' },
  { alias: 'os-extended-volumes', name: 'ExtendedVolumes', description: 'The volumes of a server.' },
  { alias: 'os-flavor-access', name: 'FlavorAccess', description: 'Projects that may use a flavor.' },
  { alias: 'os-flavor-extra-specs', name: 'FlavorExtraSpecs', description: 'What a flavor asks of hosts.' },
  { alias: 'os-flavor-manage', name: 'FlavorManage', description: 'Creation and deletion of flavors.' },
  { alias: 'os-flavor-rxtx', name: 'FlavorRxtx', description: 'The network factor of a flavor.' },
  { alias: 'os-flavor-swap', name: 'FlavorSwap', description: 'The swap disk of a flavor.' },
  { alias: 'os-hypervisor-status', name: 'HypervisorStatus', description: 'State and status of hypervisors.' },
  { alias: 'os-hypervisors', name: 'Hypervisors', description: 'Hypervisors, for admins.' },
  { alias: 'os-instance-actions', name: 'InstanceActions', description: 'What was done to a server.' },
  { alias: 'os-keypairs', name: 'Keypairs', description: 'Public keys of users.' },
  { alias: 'os-multiple-create', name: 'MultipleCreate', description: 'Several servers in one request.' },
  { alias: 'os-quota-sets', name: 'Quotas', description: 'Limits of projects.' },
  { alias: 'os-server-start-stop', name: 'ServerStartStop', description: 'Start and stop of a server.' },
  { alias: 'os-services', name: 'Services', description: 'The services of the cloud, for admins.' },
  { alias: 'os-used-limits', name: 'UsedLimits', description: 'How much of its limits a project uses.' },
  {
    alias: 'os-used-limits-for-admin',
    name: 'UsedLimitsForAdmin',
    description: 'The same for any project, for admins.',
  },
  { alias: 'os-user-data', name: 'UserData', description: 'Data that a user gives to a server.' },
];
