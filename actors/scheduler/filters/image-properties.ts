import type { ClaimRequest } from '../../cell/protocol.ts';
import type { Filter } from '../filter.ts';
import type { HostFacts } from '../host-profiles.ts';
import { supportedInstances } from '../matching/host-state.ts';
import { imageProperty, isSupported, wantedInstance } from '../matching/image-properties.ts';
import { versionHolds } from '../matching/version-predicate.ts';
import type { SchedulerOptions } from '../options.ts';

/**
 * Keeps hosts that run guests of the architecture, hypervisor and mode that the image asks for. A version that the image
 * asks for is looked at only beside one of these, as in Nova. Nova: `scheduler/filters/image_props_filter.py`.
 */
export const imagePropertiesFilter = ({ imagePropertiesDefaultArchitecture }: SchedulerOptions): Filter => {
  const wantedOf = ({ imageProperties }: ClaimRequest) =>
    wantedInstance(imageProperties, imagePropertiesDefaultArchitecture);
  const versionOf = ({ imageProperties }: ClaimRequest) => imageProperty(imageProperties, 'img_hv_requested_version');
  const hasVersion = (facts: HostFacts, version: string | undefined): boolean =>
    version === undefined || facts.hypervisorVersion === 0 || versionHolds(facts.hypervisorVersion, version);
  return {
    name: 'ImagePropertiesFilter',
    asks: 'facts',
    runsOnRebuild: true,
    compile(request, hosts) {
      // No host tells how many bits its physical addresses have, so none is known to have enough.
      if (imageProperty(request.imageProperties, 'hw_maxphysaddr_bits') !== undefined) return () => false;
      const wanted = wantedOf(request);
      if (wanted === null) return undefined;
      const version = versionOf(request);
      return (row) => {
        const facts = hosts.facts(row);
        return isSupported(wanted, supportedInstances(facts)) && hasVersion(facts, version);
      };
    },
    reason(request, hosts, row) {
      if (imageProperty(request.imageProperties, 'hw_maxphysaddr_bits') !== undefined)
        return 'does not tell the bits of its physical addresses (hw_maxphysaddr_bits)';
      const facts = hosts.facts(row);
      const wanted = wantedOf(request);
      const has = supportedInstances(facts).map((kind) => kind.join(' '));
      if (wanted !== null && isSupported(wanted, supportedInstances(facts)))
        return `the image wants version ${versionOf(request)} of the hypervisor, which has ${facts.hypervisorVersion}`;
      const asked = [wanted?.architecture, wanted?.hypervisorType, wanted?.vmMode].filter((part) => part);
      return `the image wants ${asked.join(' ')}, the host runs ${has.join(', ')}`;
    },
  };
};
