/**
 * What hosts are weighed by, as kept for each of them. As Nova's host state has it: free memory and disk are what is
 * left of the inventory without the allocation ratio, free vCPUs what is left with it and without what is reserved.
 * `claimedAtMs` is ours: when the host's instances were claimed, on the average.
 */
export const WEIGHT_COLUMNS = [
  'freeVcpus',
  'freeMemoryMib',
  'freeDiskGib',
  'ioOps',
  'instances',
  'failedBuilds',
  'hypervisorVersion',
  'claimedAtMs',
] as const;
export type WeightColumn = (typeof WEIGHT_COLUMNS)[number];
