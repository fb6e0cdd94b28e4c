import type { Hono } from 'hono';
import { changeNetwork } from '../../actors/network/client.ts';
import { autoTopologyTable, networkTable } from '../../actors/network/row.ts';
import { type Answer, fault, faultOf, forbidden } from './faults.ts';
import { type Gate, idOf } from './gate.ts';
import { mayWrite, type NetworkRequest } from './request.ts';

const NO_EXTERNAL = faultOf({ code: 'TopologyImpossible', reason: 'No default router:external network' });

/** The project that a path names; clients without one say `None` or `null`. */
const projectNamed = ({ caller }: NetworkRequest, id: string): string =>
  id === 'None' || id === 'null' ? (caller.projectId ?? '') : id;

const shown = (id: string, projectId: string): Answer => ({
  status: 200,
  body: { auto_allocated_topology: { id, tenant_id: projectId, project_id: projectId } },
});

/** Why the caller may not have it made or removed; null when all is well. */
const refusal = (request: NetworkRequest, projectId: string, rule: string): Answer | null =>
  mayWrite(request) && (request.caller.isAdmin || request.caller.projectId === projectId) ? null : forbidden(rule);

async function get(request: NetworkRequest, projectId: string): Promise<Answer> {
  const refused = refusal(request, projectId, 'get_auto_allocated_topology');
  if (refused) return refused;
  if (!request.query.getAll('fields').includes('dry-run')) {
    const outcome = await changeNetwork(request.system, { type: 'ensureTopology', projectId });
    return outcome.ok ? shown(outcome.value, projectId) : faultOf(outcome.error);
  }
  const [external] = networkTable.ids(request.reader, 'external', [], { limit: 1 });
  return external === undefined ? NO_EXTERNAL : shown('dry-run=pass', projectId);
}

async function remove(request: NetworkRequest, projectId: string): Promise<Answer> {
  const refused = refusal(request, projectId, 'delete_auto_allocated_topology');
  if (refused) return refused;
  if (!autoTopologyTable.read(request.reader, projectId)) {
    const type = 'AutoAllocatedTopologyNotFound';
    return fault(404, type, `No auto-allocated topology for project ${projectId} could be found.`);
  }
  const outcome = await changeNetwork(request.system, { type: 'deleteTopology', projectId });
  return outcome.ok ? { status: 204, body: null } : faultOf(outcome.error);
}

/**
 * A network behind a router that is made for a project when it first asks; `fields=dry-run` only tells whether it could
 * be. Neutron: the extension auto-allocated-topology.
 */
export function addTopologyRoutes(app: Hono, { version, authenticated }: Gate): void {
  const path = `${version}/auto-allocated-topology/:id`;
  app.get(
    path,
    authenticated((request, c) => get(request, projectNamed(request, idOf(c)))),
  );
  app.delete(
    path,
    authenticated((request, c) => remove(request, projectNamed(request, idOf(c)))),
  );
}
