import * as v from 'valibot';
import { type Answer, fault, forbidden } from './faults.ts';
import { text } from './fields.ts';
import { mayWrite, type NetworkRequest, owns } from './request.ts';

/** The fields of a new resource that say whose it is. */
export const ownerFields = { project_id: v.optional(text()), tenant_id: v.optional(text()) };

/** Whose a new resource is: the caller's, or, for an administrator, the one that is named. */
export function ownerOf(
  request: NetworkRequest,
  named: { readonly project_id?: string | undefined; readonly tenant_id?: string | undefined },
  rule: string,
): { readonly projectId: string } | { readonly answer: Answer } {
  const projectId = named.project_id ?? named.tenant_id ?? request.caller.projectId;
  if (projectId === null || projectId === '') {
    return { answer: fault(400, 'HTTPBadRequest', 'A project_id is needed: the token is for no project.') };
  }
  return mayWrite(request) && owns(request, projectId) ? { projectId } : { answer: forbidden(rule) };
}

/** The refusal of a change to something of another project, or by a reader; null when it may be made. */
export const changeRefusal = (request: NetworkRequest, projectId: unknown, rule: string): Answer | null =>
  mayWrite(request) && owns(request, String(projectId)) ? null : forbidden(rule);
