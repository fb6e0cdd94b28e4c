import { hostname } from 'node:os';
import { hostMappings } from '../../../actors/cell-mapping/row.ts';
import { type Host, hosts, serviceUpdatedAtMs } from '../../../actors/host/row.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { Reader } from '../../../runtime/store.ts';

/** A service as Nova lists it. */
export interface Service {
  readonly id: string;
  readonly binary: 'nova-compute' | 'nova-conductor' | 'nova-scheduler';
  readonly host: string;
  readonly zone: string;
  readonly disabled: boolean;
  readonly disabledReason: string | null;
  readonly state: 'up' | 'down';
  /** Whether somebody has said that it is down. */
  readonly forcedDown: boolean;
  readonly updatedAtMs: number;
}

/** The zone of services that run no guests. */
export const INTERNAL_ZONE = 'internal';

/** The service of a compute host. */
export const computeService = (host: Host, nowMs: number): Service => ({
  id: host.serviceId,
  binary: 'nova-compute',
  host: host.name,
  zone: host.zone,
  disabled: host.disabled,
  disabledReason: host.disabledReason,
  state: host.state === 'up' ? 'up' : 'down',
  forcedDown: host.forcedDown === true,
  updatedAtMs: serviceUpdatedAtMs(host, nowMs),
});

/**
 * What this process does that Nova has services for, under Nova's names, because tools look for them. They are up as
 * long as anybody can ask. Their ids are constants: there is one of each.
 */
const controllerServices = (clock: Clock): readonly Service[] => {
  const rest = {
    host: hostname(),
    zone: INTERNAL_ZONE,
    disabled: false,
    disabledReason: null,
    state: 'up',
    forcedDown: false,
    updatedAtMs: clock.now(),
  } as const;
  return [
    { id: '6c1b7f2e-3d0a-4c58-9a35-0f6a2f5d1e01', binary: 'nova-conductor', ...rest },
    { id: '2a9e54d3-7b1c-4f06-8e42-5c83b7a90d02', binary: 'nova-scheduler', ...rest },
  ];
};

/** What is known of the services of cells that are down. */
export const servicesOfDown = (
  reader: Reader,
  cells: ReadonlySet<string>,
): readonly { readonly binary: 'nova-compute'; readonly host: string; readonly status: 'UNKNOWN' }[] =>
  [...cells].flatMap((cell) =>
    [...hostMappings.ids(reader, 'byCell', [cell])].map((host) => ({
      binary: 'nova-compute',
      host,
      status: 'UNKNOWN',
    })),
  );

/** All services: those of the controller, then those of the compute hosts by name. */
export const allServices = (reader: Reader, clock: Clock): readonly Service[] => [
  ...controllerServices(clock),
  ...[...hosts.scan(reader)].map((host) => computeService(host, clock.now())),
];
