import { beginOperation, operationRefusal } from '../../../actors/instance/client.ts';
import type { OperationRequest, UserOperation } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { type Answer, emptyReply, type Refusal, refuse } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ComputeServices } from '../services.ts';
import { requesterOf } from './lookup.ts';

/** A request about one server. */
type AboutServer = RequestContext & { readonly subject: Instance };

/** Has a server begin an operation; null: it has taken it. */
export const begun = async (
  request: AboutServer,
  { system }: Pick<ComputeServices, 'system'>,
  operation: OperationRequest,
): Promise<Refusal | null> => {
  const taken = await beginOperation(system, request.subject.id, operation, requesterOf(request));
  return taken.ok ? null : refuse(taken.error);
};

/** Has a server begin an operation that is answered without a body. */
export const beginAnswer = async (
  request: AboutServer,
  services: Pick<ComputeServices, 'system'>,
  operation: OperationRequest,
): Promise<Answer> => (await begun(request, services, operation)) ?? emptyReply();

/**
 * Refuses what the state of the server does not allow, before anything else of the request is looked at: the order in
 * which Nova checks. The server itself has the last word.
 */
export const stateRefusal = (request: AboutServer, operation: UserOperation): Refusal | null => {
  const error = operationRefusal(request.subject, operation, request.caller.isAdmin);
  return error === null ? null : refuse(error);
};
