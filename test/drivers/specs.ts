import type { GuestImage, GuestSpec } from '../../drivers/hypervisor.ts';

/** A spec of the smallest guest: a blank root disk, one NIC with a fixed address. */
export const smallSpec = (changes: Partial<GuestSpec> = {}): GuestSpec => ({
  vcpus: 1,
  memoryMib: 64,
  rootGib: 1,
  ephemeralGib: 0,
  swapMib: 0,
  image: null,
  nics: [
    {
      portId: '11111111-1111-4111-8111-111111111111',
      networkId: '22222222-2222-4222-8222-222222222222',
      macAddress: 'fa:16:3e:00:00:01',
      mtu: 1450,
      addresses: [{ address: '10.20.0.15', version: 4, prefixLength: 24, gateway: '10.20.0.1', dnsServers: [] }],
    },
  ],
  metadata: {
    metaData: { hostname: 'vm-one' },
    networkData: { links: [], networks: [], services: [] },
    userData: null,
  },
  ...changes,
});

/** An image of which only size and format matter. */
export const imageOf = (sizeBytes: number, changes: Partial<GuestImage> = {}): GuestImage => ({
  imageId: '33333333-3333-4333-8333-333333333333',
  contentId: 'a'.repeat(128),
  format: 'raw',
  sizeBytes,
  ...changes,
});
