import type { ActorKind } from '../../runtime/actor.ts';
import { handleUnder } from './handle.ts';
import type { ProjectMessage } from './protocol.ts';
import { type ProjectUsage, projects, type QuotaLimits } from './row.ts';

/** The compute side of a project: its usage, held against these limits. */
export const projectKind = (limits: QuotaLimits): ActorKind<ProjectUsage, ProjectMessage> => ({
  kind: 'project',
  table: projects,
  activate: (projectId) => ({ projectId, instances: 0, cores: 0, ramMib: 0 }),
  handle: handleUnder(limits),
});
