import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import { changeNetwork, type NetworkChange } from '../../actors/network/client.ts';
import { type PortRow, portTable, type RouterRow } from '../../actors/network/row.ts';
import { type Answer, badRequest, faultOf } from './faults.ts';
import { checkBody, id } from './fields.ts';
import { type Gate, idOf } from './gate.ts';
import { changeRefusal } from './ownership.ts';
import { type NetworkRequest, owns } from './request.ts';
import { findRouter } from './routers.ts';
import { findSubnet } from './subnets.ts';

const schema = v.strictObject({ subnet_id: v.optional(id), port_id: v.optional(id) }, 'an object is expected');
type Named = v.InferOutput<typeof schema>;

const interfaceAnswer = (
  { id: routerId, projectId }: RouterRow,
  { id: portId, networkId, fixedIps }: PortRow,
): Answer => ({
  status: 200,
  body: {
    id: routerId,
    tenant_id: projectId,
    project_id: projectId,
    port_id: portId,
    network_id: networkId,
    subnet_id: fixedIps[0]?.subnetId ?? null,
    subnet_ids: fixedIps.map(({ subnetId }) => subnetId),
  },
});

/** The port of a router that a body names: by its id, or by the subnet that it is on. */
function interfaceOf({ reader }: NetworkRequest, routerId: string, named: Named): PortRow | undefined {
  const { port_id: portId, subnet_id: subnetId } = named;
  for (const one of portTable.ids(reader, 'device', [routerId])) {
    const row = portTable.read(reader, one);
    if (!row || (portId !== undefined && portId !== one)) continue;
    if (subnetId === undefined || row.fixedIps.some((fixed) => fixed.subnetId === subnetId)) return row;
  }
  return undefined;
}

/** What adding an interface is asked as. */
function addition(request: NetworkRequest, routerId: string, named: Named): NetworkChange | Answer {
  const { port_id: portId, subnet_id: subnetId } = named;
  if (portId !== undefined && subnetId !== undefined) {
    return badRequest('Bad router request: Cannot specify both subnet-id and port-id.');
  }
  if (portId !== undefined) {
    const port = portTable.read(request.reader, portId);
    if (!port || !owns(request, port.projectId)) return faultOf({ code: 'PortNotFound', portId });
    return { type: 'addRouterInterface', routerId, to: { portId } };
  }
  if (subnetId === undefined) {
    return badRequest('Bad router request: Either subnet_id or port_id must be specified.');
  }
  if (!findSubnet(request, subnetId)) return faultOf({ code: 'SubnetNotFound', subnetId });
  return { type: 'addRouterInterface', routerId, to: { subnetId } };
}

async function connect(request: NetworkRequest, router: RouterRow, named: Named): Promise<Answer> {
  const change = addition(request, router.id, named);
  if ('status' in change) return change;
  const outcome = await changeNetwork(request.system, change);
  if (!outcome.ok) return faultOf(outcome.error);
  const port = portTable.read(request.reader, outcome.value);
  return port ? interfaceAnswer(router, port) : faultOf({ code: 'PortNotFound', portId: outcome.value });
}

async function disconnect(request: NetworkRequest, router: RouterRow, named: Named): Promise<Answer> {
  const wanted = named.port_id ?? named.subnet_id;
  if (wanted === undefined) return badRequest('Bad router request: Either subnet_id or port_id must be specified.');
  const port = interfaceOf(request, router.id, named);
  if (!port) return faultOf({ code: 'RouterInterfaceNotFound', routerId: router.id, portId: wanted });
  const change = { type: 'removeRouterInterface', routerId: router.id, portId: port.id } as const;
  const outcome = await changeNetwork(request.system, change);
  return outcome.ok ? interfaceAnswer(router, port) : faultOf(outcome.error);
}

/** The calls that connect a router with subnets. Neutron: the extension router. */
export function addRouterInterfaceRoutes(app: Hono, { version, withBody }: Gate): void {
  const route = (name: string, work: (request: NetworkRequest, router: RouterRow, named: Named) => Promise<Answer>) =>
    app.put(
      `${version}/routers/:id/${name}`,
      withBody(async (request, body, c: Context) => {
        const router = findRouter(request, idOf(c));
        if (!router) return faultOf({ code: 'RouterNotFound', routerId: idOf(c) });
        const checked = checkBody(null, schema, body);
        if (!checked.ok) return checked.answer;
        return changeRefusal(request, router.projectId, name) ?? work(request, router, checked.value);
      }),
    );
  route('add_router_interface', connect);
  route('remove_router_interface', disconnect);
}
