import type { Route } from '../route.ts';
import { aggregateRoutes } from './aggregates/routes.ts';
import { assistedVolumeSnapshotRoutes } from './assisted-volume-snapshots/routes.ts';
import { availabilityZoneRoutes } from './availability-zones/routes.ts';
import { baremetalNodeRoutes } from './baremetal-nodes/routes.ts';
import { consoleAuthTokenRoutes } from './console-auth-tokens/routes.ts';
import { extensionRoutes } from './extensions/routes.ts';
import { externalEventRoutes } from './external-events/routes.ts';
import { flavorRoutes } from './flavors/routes.ts';
import { goneRoutes } from './gone/routes.ts';
import { hostRoutes } from './hosts/routes.ts';
import { hypervisorRoutes } from './hypervisors/routes.ts';
import { imageRoutes } from './images/routes.ts';
import { instanceActionRoutes } from './instance-actions/routes.ts';
import { interfaceRoutes } from './interfaces/routes.ts';
import { keypairRoutes } from './keypairs/routes.ts';
import { limitRoutes } from './limits/routes.ts';
import { migrationRoutes } from './migrations/routes.ts';
import { floatingIpRoutes } from './network-proxies/floating-ip-routes.ts';
import { networkProxyRoutes } from './network-proxies/routes.ts';
import { quotaClassSetRoutes } from './quota-class-sets/routes.ts';
import { quotaSetRoutes } from './quota-sets/routes.ts';
import { remoteConsoleRoutes } from './remote-consoles/routes.ts';
import { securityGroupRoutes } from './security-groups/routes.ts';
import { serverGroupRoutes } from './server-groups/routes.ts';
import { serverPasswordRoutes } from './server-password/routes.ts';
import { serverShareRoutes } from './server-shares/routes.ts';
import { serverEvacuateRoutes } from './servers/evacuate-routes.ts';
import { serverInspectionRoutes } from './servers/inspection-routes.ts';
import { serverIpRoutes } from './servers/ip-routes.ts';
import { serverLiveMigrationRoutes } from './servers/live-migration-routes.ts';
import { serverLockRoutes } from './servers/lock-routes.ts';
import { serverMetadataRoutes } from './servers/metadata-routes.ts';
import { serverRescueRoutes } from './servers/rescue-routes.ts';
import { serverResizeRoutes } from './servers/resize-routes.ts';
import { serverRoutes } from './servers/routes.ts';
import { serverShelveRoutes } from './servers/shelve-routes.ts';
import { serverStateRoutes } from './servers/state-routes.ts';
import { serverTagRoutes } from './servers/tag-routes.ts';
import { volumesBootRoutes } from './servers/volumes-boot-routes.ts';
import { serviceRoutes } from './services/routes.ts';
import type { ComputeServices } from './services.ts';
import { usageRoutes } from './usage/routes.ts';
import { usageAuditLogRoutes } from './usage-audit-log/routes.ts';
import { volumeAttachmentRoutes } from './volume-attachments/routes.ts';
import { volumeProxyRoutes } from './volume-proxies/routes.ts';

/** The Compute API, one line a resource. Which of two paths is tried first does not depend on the order here. */
export const computeRoutes: readonly Route<ComputeServices>[] = [
  ...serverRoutes,
  ...serverIpRoutes,
  ...serverMetadataRoutes,
  ...serverTagRoutes,
  ...serverLockRoutes,
  ...serverRescueRoutes,
  ...serverResizeRoutes,
  ...serverEvacuateRoutes,
  ...serverShelveRoutes,
  ...serverLiveMigrationRoutes,
  ...serverStateRoutes,
  ...instanceActionRoutes,
  ...flavorRoutes,
  ...keypairRoutes,
  ...limitRoutes,
  ...quotaSetRoutes,
  ...quotaClassSetRoutes,
  ...serverGroupRoutes,
  ...availabilityZoneRoutes,
  ...aggregateRoutes,
  ...hypervisorRoutes,
  ...serviceRoutes,
  ...serverInspectionRoutes,
  ...interfaceRoutes,
  ...remoteConsoleRoutes,
  ...serverShareRoutes,
  ...volumesBootRoutes,
  ...imageRoutes,
  ...networkProxyRoutes,
  ...volumeAttachmentRoutes,
  ...volumeProxyRoutes,
  ...assistedVolumeSnapshotRoutes,
  ...floatingIpRoutes,
  ...baremetalNodeRoutes,
  ...consoleAuthTokenRoutes,
  ...securityGroupRoutes,
  ...serverPasswordRoutes,
  ...migrationRoutes,
  ...hostRoutes,
  ...externalEventRoutes,
  ...usageRoutes,
  ...usageAuditLogRoutes,
  ...extensionRoutes,
  ...goneRoutes,
];
