import type { Context } from '../../runtime/context.ts';
import { ok } from '../../runtime/result.ts';
import { attachPort, bindPorts, releasePorts } from './bind.ts';
import { createNetwork, deleteNetwork, ensureDefaults, updateNetwork } from './networks.ts';
import { createPort, deletePort, updatePort } from './ports.ts';
import type { NetworkMessage, NetworkReply } from './protocol.ts';
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

type Asked = Exclude<NetworkMessage, { type: 'bindPorts' | 'releasePorts' }>;

function answer(state: NetworkServiceState, message: Asked, ctx: Context): NetworkReply {
  switch (message.type) {
    case 'ensureDefaults':
      return ensureDefaults(state, message.projectId, ctx);
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
    case 'attachPort':
      return attachPort(state, message, ctx);
    case 'detachPort':
      releasePorts(state, message.instanceId, [message.portId], ctx);
      return ok(message.portId);
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
    case 'releasePorts':
      releasePorts(state, message.instanceId, message.portIds, ctx);
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
