import type { Context } from '../../runtime/context.ts';
import type { NetworkError } from './errors.ts';
import { type NetworkRow, networkTable, type PortRow, portTable, qosPolicyTable } from './row.ts';

/** The first of these ports that a server has, and that is as it should be; null: none. */
function firstBound(ids: Iterable<string>, ctx: Context, isMeant: (port: PortRow) => boolean): string | null {
  for (const id of ids) {
    const port = portTable.read(ctx.rows, id);
    if (port?.binding && isMeant(port)) return id;
  }
  return null;
}

/** A port of a network without a policy of its own that a server has; null: there is none. Looks at all ports of the network. */
const boundOn = (networkId: string, ctx: Context): string | null =>
  firstBound(portTable.ids(ctx.rows, 'network', [networkId]), ctx, ({ qosPolicyId }) => qosPolicyId === undefined);

/** A port under a policy that a server has; null: there is none. */
export function boundUnder(policyId: string, ctx: Context): string | null {
  const own = firstBound(portTable.ids(ctx.rows, 'qos', [policyId]), ctx, () => true);
  if (own !== null) return own;
  for (const networkId of networkTable.ids(ctx.rows, 'qos', [policyId])) {
    const portId = boundOn(networkId, ctx);
    if (portId !== null) return portId;
  }
  return null;
}

const hasRules = (policyId: string | undefined, ctx: Context): boolean =>
  policyId !== undefined && (qosPolicyTable.read(ctx.rows, policyId)?.rules.length ?? 0) > 0;

/** The policy after a change: null takes it away, undefined leaves it. */
export const policyAfter = (before: string | undefined, wanted: string | null | undefined): string | undefined =>
  wanted === undefined ? before : (wanted ?? undefined);

/** Why a policy cannot be given; null when it can be. */
export const policyProblem = (policyId: string | null | undefined, ctx: Context): NetworkError | null =>
  policyId && !qosPolicyTable.read(ctx.rows, policyId) ? { code: 'QosPolicyNotFound', policyId } : null;

/** Why a port cannot get another policy: a server has it, and what it asks for would not be what was taken of the host. */
export function portPolicyProblem(port: PortRow, after: string | undefined, ctx: Context): NetworkError | null {
  if (!port.binding || after === port.qosPolicyId) return null;
  const ofNetwork = networkTable.read(ctx.rows, port.networkId)?.qosPolicyId;
  const asks = hasRules(port.qosPolicyId ?? ofNetwork, ctx) || hasRules(after ?? ofNetwork, ctx);
  return asks ? { code: 'QosGuaranteeBound', portId: port.id } : null;
}

/** The same of a network, whose ports without a policy of their own are under it. */
export function networkPolicyProblem(
  network: NetworkRow,
  after: string | undefined,
  ctx: Context,
): NetworkError | null {
  if (after === network.qosPolicyId) return null;
  if (!hasRules(network.qosPolicyId, ctx) && !hasRules(after, ctx)) return null;
  const portId = boundOn(network.id, ctx);
  return portId === null ? null : { code: 'QosGuaranteeBound', portId };
}
