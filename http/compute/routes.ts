import type { Route } from '../route.ts';
import { aggregateRoutes } from './aggregates/routes.ts';
import { availabilityZoneRoutes } from './availability-zones/routes.ts';
import { extensionRoutes } from './extensions/routes.ts';
import { flavorRoutes } from './flavors/routes.ts';
import { hypervisorRoutes } from './hypervisors/routes.ts';
import { instanceActionRoutes } from './instance-actions/routes.ts';
import { keypairRoutes } from './keypairs/routes.ts';
import { limitRoutes } from './limits/routes.ts';
import { quotaSetRoutes } from './quota-sets/routes.ts';
import { serverIpRoutes } from './servers/ip-routes.ts';
import { serverMetadataRoutes } from './servers/metadata-routes.ts';
import { serverRoutes } from './servers/routes.ts';
import { serviceRoutes } from './services/routes.ts';
import type { ComputeServices } from './services.ts';

/** The Compute API, one line a resource. Which of two paths is tried first does not depend on the order here. */
export const computeRoutes: readonly Route<ComputeServices>[] = [
  ...serverRoutes,
  ...serverIpRoutes,
  ...serverMetadataRoutes,
  ...instanceActionRoutes,
  ...flavorRoutes,
  ...keypairRoutes,
  ...limitRoutes,
  ...quotaSetRoutes,
  ...availabilityZoneRoutes,
  ...aggregateRoutes,
  ...hypervisorRoutes,
  ...serviceRoutes,
  ...extensionRoutes,
];
