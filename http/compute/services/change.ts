import { setHostDisabled, setHostForcedDown } from '../../../actors/host/client.ts';
import { hosts } from '../../../actors/host/row.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { ComputeServices } from '../services.ts';
import { allServices, computeService, type Service } from './reads.ts';

/** What to change of a service; what is undefined stays. */
export interface ServiceChange {
  /** Takes the host out of scheduling, for a reason perhaps, or back. */
  readonly scheduling: { readonly disabled: boolean; readonly reason: string | null } | undefined;
  readonly forcedDown: boolean | undefined;
}

/** The service of a host and a binary, or the 404 that Nova has for it. */
export const serviceNamed = ({ reader, clock }: ComputeServices, host: string, binary: string): Service | Refusal =>
  allServices(reader, clock).find((service) => service.host === host && service.binary === binary) ??
  refuseWith(404, `Could not find binary ${binary} on host ${host}.`);

/** Changes a service. Answers the service as it then is, or why it cannot be changed. */
export const changeService = async (
  services: ComputeServices,
  service: Service,
  { scheduling, forcedDown }: ServiceChange,
): Promise<Service | Refusal> => {
  if (service.binary !== 'nova-compute')
    return refuseWith(
      400,
      `Updating a ${service.binary} service is not supported. Only nova-compute services can be updated.`,
    );
  if (forcedDown !== undefined) {
    const changed = await setHostForcedDown(services.system, service.host, forcedDown);
    if (!changed.ok) return refuse(changed.error);
  }
  if (scheduling !== undefined) {
    const { disabled, reason } = scheduling;
    const changed = await setHostDisabled(services.system, service.host, disabled, disabled ? reason : null);
    if (!changed.ok) return refuse(changed.error);
  }
  const host = hosts.read(services.reader, service.host);
  return host === undefined
    ? refuse({ code: 'ServiceNotFound', serviceId: service.id })
    : computeService(host, services.clock.now());
};

/** What an action of the old form changes, and what its answer shows of it. */
type Action = (body: {
  readonly disabled_reason?: string | undefined;
  readonly forced_down?: boolean | undefined;
}) => { readonly change: ServiceChange; readonly shown: object } | Refusal;

const disabling = (reason: string | null): ReturnType<Action> => ({
  change: { scheduling: { disabled: true, reason }, forcedDown: undefined },
  shown: { status: 'disabled', ...(reason === null ? {} : { disabled_reason: reason }) },
});

/** Actions of PUT /os-services/{action} by name, up to 2.10. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    'enable',
    () => ({
      change: { scheduling: { disabled: false, reason: null }, forcedDown: undefined },
      shown: { status: 'enabled' },
    }),
  ],
  ['disable', () => disabling(null)],
  [
    'disable-log-reason',
    ({ disabled_reason: reason }) =>
      reason === undefined ? refuseWith(400, 'Missing disabled reason field') : disabling(reason),
  ],
]);

/** Actions from 2.11 on: a service can be said to be down. */
export const LATER_ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ...ACTIONS,
  [
    'force-down',
    ({ forced_down: forcedDown }) =>
      forcedDown === undefined
        ? refuseWith(400, 'Missing forced_down field')
        : { change: { scheduling: undefined, forcedDown }, shown: { forced_down: forcedDown } },
  ],
]);
