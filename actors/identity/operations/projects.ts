import type { Context } from '../../../runtime/context.ts';
import { failed, ok } from '../../../runtime/result.ts';
import { newIdentityId } from '../new-id.ts';
import type { IdentityReply, NewProject, ProjectChanges } from '../protocol.ts';
import {
  applicationCredentials,
  assignments,
  domains,
  indexed,
  type ProjectRow,
  projectNamed,
  projects,
} from '../row.ts';
import { removeAssignment } from './assignments.ts';

/** Makes a project. Errors: DomainNotFound, ProjectExists. */
export function createProject(project: NewProject, ctx: Context): IdentityReply {
  if (!domains.read(ctx.rows, project.domainId)) return failed({ code: 'DomainNotFound', domainId: project.domainId });
  if (projectNamed(ctx.rows, project.domainId, project.name)) return taken(project);
  const row: ProjectRow = { ...project, id: newIdentityId(ctx), tokenGeneration: 0 };
  ctx.put(projects, row.id, row);
  return ok({ type: 'project', project: row });
}

/** Changes a project. Errors: ProjectNotFound, ProjectExists. */
export function updateProject(projectId: string, changes: ProjectChanges, ctx: Context): IdentityReply {
  const before = projects.read(ctx.rows, projectId);
  if (!before) return failed({ code: 'ProjectNotFound', projectId });
  const changed = { ...before, ...changes };
  if (changed.name !== before.name && projectNamed(ctx.rows, before.domainId, changed.name)) return taken(changed);
  const ends = before.enabled && !changed.enabled;
  const row: ProjectRow = { ...changed, tokenGeneration: before.tokenGeneration + (ends ? 1 : 0) };
  ctx.put(projects, projectId, row);
  return ok({ type: 'project', project: row });
}

/** Deletes a project and what is only about it. Errors: ProjectNotFound. */
export function deleteProject(projectId: string, ctx: Context): IdentityReply {
  if (!projects.read(ctx.rows, projectId)) return failed({ code: 'ProjectNotFound', projectId });
  for (const row of [...indexed(assignments, ctx.rows, 'byTarget', [`project:${projectId}`])])
    removeAssignment(row, ctx);
  for (const id of [...applicationCredentials.ids(ctx.rows, 'byProject', [projectId])]) {
    ctx.put(applicationCredentials, id, undefined);
  }
  ctx.put(projects, projectId, undefined);
  return ok(null);
}

const taken = ({ name, domainId }: { readonly name: string; readonly domainId: string }): IdentityReply =>
  failed({ code: 'ProjectExists', name, domainId });
