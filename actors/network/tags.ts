import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { NetworkReply, TaggedResource } from './protocol.ts';
import {
  floatingIpTable,
  networkTable,
  portTable,
  qosPolicyTable,
  routerTable,
  securityGroupTable,
  subnetTable,
} from './row.ts';
import type { NetworkServiceState } from './state.ts';

const tagged = <Row extends { readonly revision: number }>(row: Row, tags: readonly string[], ctx: Context) => ({
  ...row,
  tags: [...new Set(tags)].sort(),
  updatedAtMs: ctx.nowMs,
  revision: row.revision + 1,
});

/** Replaces the tags of a resource, where its row and the memory of it stand. */
export function setTags(
  state: NetworkServiceState,
  resource: TaggedResource,
  id: string,
  tags: readonly string[],
  ctx: Context,
): NetworkReply {
  switch (resource) {
    case 'network': {
      const network = state.networks.get(id);
      if (!network) return failed({ code: 'NetworkNotFound', networkId: id });
      network.row = tagged(network.row, tags, ctx);
      ctx.put(networkTable, id, network.row);
      return ok(id);
    }
    case 'subnet': {
      const subnet = state.subnets.get(id);
      if (!subnet) return failed({ code: 'SubnetNotFound', subnetId: id });
      subnet.row = tagged(subnet.row, tags, ctx);
      ctx.put(subnetTable, id, subnet.row);
      return ok(id);
    }
    case 'port': {
      const row = portTable.read(ctx.rows, id);
      if (!row) return failed({ code: 'PortNotFound', portId: id });
      ctx.put(portTable, id, tagged(row, tags, ctx));
      return ok(id);
    }
    case 'router': {
      const row = routerTable.read(ctx.rows, id);
      if (!row) return failed({ code: 'RouterNotFound', routerId: id });
      ctx.put(routerTable, id, tagged(row, tags, ctx));
      return ok(id);
    }
    case 'floatingIp': {
      const row = floatingIpTable.read(ctx.rows, id);
      if (!row) return failed({ code: 'FloatingIpNotFound', floatingIpId: id });
      ctx.put(floatingIpTable, id, tagged(row, tags, ctx));
      return ok(id);
    }
    case 'qosPolicy': {
      const row = qosPolicyTable.read(ctx.rows, id);
      if (!row) return failed({ code: 'QosPolicyNotFound', policyId: id });
      ctx.put(qosPolicyTable, id, tagged(row, tags, ctx));
      return ok(id);
    }
    case 'securityGroup': {
      const row = securityGroupTable.read(ctx.rows, id);
      if (!row) return failed({ code: 'SecurityGroupNotFound', nameOrId: id, projectId: '' });
      ctx.put(securityGroupTable, id, tagged(row, tags, ctx));
      return ok(id);
    }
  }
}
