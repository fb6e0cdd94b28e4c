import { computeErrorOf, isAskError } from '../../../actors/errors.ts';
import { changeNetwork, type NetworkChange } from '../../../actors/network/client.ts';
import { type SecurityGroupRow, securityGroupTable } from '../../../actors/network/row.ts';
import type { Caller } from '../../../drivers/identity.ts';
import { compareKeys } from '../../../runtime/key.ts';
import type { Reader } from '../../../runtime/store.ts';
import { isUuidLike } from '../../formats.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import { canonicalUuid } from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';

const notFound = (id: string): Refusal => refuseWith(404, `Security group ${id.slice(0, 255)} not found.`);

/** The UUID in a path, or the refusal of what is none. */
export const uuidIn = (id: string): string | Refusal =>
  isUuidLike(id) ? canonicalUuid(id) : refuseWith(400, 'Security group id should be uuid');

/** Whether something of a project is there for a caller. */
export const isVisible = (caller: Caller, projectId: string): boolean =>
  caller.isAdmin || caller.projectId === projectId;

/** A group that the caller may use. */
export const findGroup = (reader: Reader, id: string, caller: Caller): SecurityGroupRow | Refusal => {
  const uuid = uuidIn(id);
  if (typeof uuid !== 'string') return uuid;
  const group = securityGroupTable.read(reader, uuid);
  return group !== undefined && isVisible(caller, group.projectId) ? group : notFound(id);
};

/** The groups of a project, or of all with null, by project and name. */
export const groupsOf = (reader: Reader, projectId: string | null): readonly SecurityGroupRow[] => {
  const rows =
    projectId === null
      ? [...securityGroupTable.scan(reader)]
      : [...securityGroupTable.ids(reader, 'project', [projectId])].flatMap(
          (id) => securityGroupTable.read(reader, id) ?? [],
        );
  return rows.sort((a, b) => compareKeys(a.projectId, b.projectId) || compareKeys(a.name, b.name));
};

/** Has the network service change something; answers the id, or the refusal that Nova makes of its reason. */
export const changed = async (
  { system }: ComputeServices,
  change: NetworkChange,
): Promise<{ readonly id: string } | Refusal> => {
  const outcome = await changeNetwork(system, change);
  if (outcome.ok) return { id: outcome.value };
  const { error } = outcome;
  if (isAskError(error)) return refuse(computeErrorOf(error));
  switch (error.code) {
    case 'SecurityGroupNotFound':
      return notFound(error.nameOrId);
    case 'NetworkQuotaExceeded':
      return refuseWith(403, `Quota exceeded for resources: ['${error.resource}'].`);
    case 'SecurityGroupRuleExists':
      return refuseWith(400, `Security group rule already exists. Rule id is ${error.ruleId}.`);
    case 'SecurityGroupInUse':
      return refuseWith(400, `Security Group ${error.groupId} in use.`);
    case 'DefaultSecurityGroupStays':
      return refuseWith(400, `It is not possible to ${error.change} the default security group.`);
    case 'InvalidInput':
      return refuse(error);
    default:
      return refuse({ code: 'InternalError' });
  }
};
