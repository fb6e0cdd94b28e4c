import type { Context } from '../../runtime/context.ts';
import { ok } from '../../runtime/result.ts';
import { bindPorts, releasePorts } from './bind.ts';
import { ensureDefaults } from './defaults.ts';
import { createFloatingIp, deleteFloatingIp, updateFloatingIp } from './floating-ips.ts';
import { createNetwork, deleteNetwork, updateNetwork } from './networks.ts';
import { placePorts } from './place.ts';
import { checkAddress, createPort, deletePort, updatePort } from './ports.ts';
import type { NetworkMessage, NetworkReply } from './protocol.ts';
import { createQosPolicy, deleteQosPolicy, updateQosPolicy } from './qos-policies.ts';
import { createQosRule, deleteQosRule, updateQosRule } from './qos-rules.ts';
import { addRouterInterface, createRouter, deleteRouter, removeRouterInterface, updateRouter } from './routers.ts';
import {
  createSecurityGroup,
  createSecurityGroupRule,
  defaultGroup,
  deleteSecurityGroup,
  deleteSecurityGroupRule,
  updateSecurityGroup,
} from './security-groups.ts';
import type { NetworkServiceState } from './state.ts';
import { createSubnet, deleteSubnet, updateSubnet } from './subnets.ts';
import { setTags } from './tags.ts';
import { deleteTopology, ensureTopology } from './topology.ts';

type Asked = Exclude<NetworkMessage, { type: 'bindPorts' | 'releasePorts' | 'placePorts' }>;

function answer(state: NetworkServiceState, message: Asked, ctx: Context): NetworkReply {
  switch (message.type) {
    case 'ensureDefaults':
      return ensureDefaults(state, message.projectId, message.routed, ctx);
    case 'createNetwork':
      return createNetwork(state, message.network, ctx);
    case 'updateNetwork':
      return updateNetwork(state, message.id, message.changes, ctx);
    case 'deleteNetwork':
      return deleteNetwork(state, message.id, ctx);
    case 'createSubnet':
      return createSubnet(state, message.subnet, ctx);
    case 'updateSubnet':
      return updateSubnet(state, message.id, message.changes, ctx);
    case 'deleteSubnet':
      return deleteSubnet(state, message.id, ctx);
    case 'createPort':
      return createPort(state, message.port, ctx);
    case 'updatePort':
      return updatePort(state, message.id, message.changes, ctx);
    case 'deletePort':
      return deletePort(state, message.id, ctx);
    case 'checkAddress':
      return checkAddress(state, message.networkId, message.address);
    case 'createRouter':
      return createRouter(state, message.router, ctx);
    case 'updateRouter':
      return updateRouter(state, message.id, message.changes, ctx);
    case 'deleteRouter':
      return deleteRouter(state, message.id, ctx);
    case 'addRouterInterface':
      return addRouterInterface(state, message.routerId, message.to, ctx);
    case 'removeRouterInterface':
      return removeRouterInterface(state, message.routerId, message.portId, ctx);
    case 'createFloatingIp':
      return createFloatingIp(state, message.floatingIp, ctx);
    case 'updateFloatingIp':
      return updateFloatingIp(state, message.id, message.changes, ctx);
    case 'deleteFloatingIp':
      return deleteFloatingIp(state, message.id, ctx);
    case 'ensureTopology':
      return ensureTopology(state, message.projectId, ctx);
    case 'deleteTopology':
      return deleteTopology(state, message.projectId, ctx);
    case 'createSecurityGroup':
      return createSecurityGroup(state, message.group, ctx);
    case 'ensureDefaultSecurityGroup':
      return ok(defaultGroup(state, message.projectId, ctx));
    case 'updateSecurityGroup':
      return updateSecurityGroup(state, message.id, message.changes, ctx);
    case 'deleteSecurityGroup':
      return deleteSecurityGroup(state, message.id, message.defaultToo ?? false, ctx);
    case 'createSecurityGroupRule':
      return createSecurityGroupRule(state, message.rule, ctx);
    case 'deleteSecurityGroupRule':
      return deleteSecurityGroupRule(state, message.id, ctx);
    case 'createQosPolicy':
      return createQosPolicy(message.policy, ctx);
    case 'updateQosPolicy':
      return updateQosPolicy(message.id, message.changes, ctx);
    case 'deleteQosPolicy':
      return deleteQosPolicy(message.id, ctx);
    case 'createQosRule':
      return createQosRule(message.policyId, message.ruleType, message.rule, ctx);
    case 'updateQosRule':
      return updateQosRule(message.policyId, message.ruleType, message.id, message.changes, ctx);
    case 'deleteQosRule':
      return deleteQosRule(message.policyId, message.ruleType, message.id, ctx);
    case 'setTags':
      return setTags(state, message.resource, message.id, message.tags, ctx);
  }
}

/** Handles one message of the network service. */
export function handleNetwork(state: NetworkServiceState, message: NetworkMessage, ctx: Context): NetworkServiceState {
  switch (message.type) {
    case 'bindPorts':
      bindPorts(state, message, ctx);
      return state;
    case 'placePorts':
      placePorts(state, message, ctx);
      return state;
    case 'releasePorts':
      releasePorts(state, message.instanceId, message.portIds, ctx, message.boundBy);
      if (message.answerTo) {
        const { requestId, instanceId } = message;
        ctx.tell(message.answerTo, { type: 'portsReleased', requestId, instanceId });
      }
      return state;
    default:
      ctx.reply(answer(state, message, ctx));
      return state;
  }
}
