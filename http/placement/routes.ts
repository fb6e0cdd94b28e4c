import { aggregateRoutes } from './aggregates.ts';
import { allocationRoutes } from './allocations.ts';
import { candidateRoutes } from './candidates.ts';
import { classRoutes } from './classes.ts';
import { inventoryRoutes } from './inventories.ts';
import { providerRoutes } from './providers.ts';
import { reshaperRoutes } from './reshaper.ts';
import { rootRoutes } from './root.ts';
import type { PlacementRoute } from './route.ts';
import { traitRoutes } from './traits.ts';
import { usageRoutes } from './usages.ts';

/** Every route of the Placement API. */
export const placementRoutes: readonly PlacementRoute[] = [
  ...rootRoutes,
  ...classRoutes,
  ...providerRoutes,
  ...inventoryRoutes,
  ...usageRoutes,
  ...aggregateRoutes,
  ...allocationRoutes,
  ...candidateRoutes,
  ...traitRoutes,
  ...reshaperRoutes,
];
