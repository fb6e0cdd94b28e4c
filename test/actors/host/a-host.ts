import type { Host } from '../../../actors/host/row.ts';

/** A host that is up and has no guests; what is not said is as it is for most. */
export const aHost = (said: Pick<Host, 'name' | 'hypervisorId' | 'inventory'> & Partial<Host>): Host => ({
  cell: 'cell1',
  zone: 'nova',
  serviceId: said.hypervisorId,
  createdAtMs: 1,
  seenAtMs: 1,
  state: 'up',
  problem: null,
  disabled: false,
  disabledReason: null,
  bootId: null,
  runningGuests: 0,
  lookEveryMs: 60_000,
  ...said,
});
