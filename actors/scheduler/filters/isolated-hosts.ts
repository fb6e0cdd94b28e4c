import type { Filter } from '../filter.ts';
import type { SchedulerOptions } from '../options.ts';

/** Keeps some images on some hosts, and others off them, if that is wanted. Nova: `scheduler/filters/isolated_hosts_filter.py`. */
export const isolatedHostsFilter = (options: SchedulerOptions): Filter => {
  const hostNames = new Set(options.isolatedHosts);
  const images = new Set(options.isolatedImages);
  const { restrictIsolatedHostsToIsolatedImages: isRestricted } = options;
  return {
    name: 'IsolatedHostsFilter',
    runsOnRebuild: true,
    compile({ imageId }, hosts) {
      const isIsolatedImage = imageId !== undefined && images.has(imageId);
      if (!isIsolatedImage && (!isRestricted || hostNames.size === 0)) return undefined;
      return (row) => hostNames.has(hosts.name(row)) === isIsolatedImage;
    },
    reason: (_request, hosts, row) =>
      hostNames.has(hosts.name(row)) ? 'is kept for isolated images' : 'is none of the hosts for isolated images',
  };
};
