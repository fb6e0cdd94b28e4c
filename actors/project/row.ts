import { table } from '../../runtime/table.ts';

/** How much a project may have. -1: no limit. Memory in MiB. */
export interface QuotaLimits {
  readonly instances: number;
  readonly cores: number;
  readonly ramMib: number;
  readonly keyPairs: number;
  readonly metadataItems: number;
  readonly injectedFiles: number;
  readonly injectedFileBytes: number;
  readonly injectedPathBytes: number;
  readonly serverGroups: number;
  readonly serverGroupMembers: number;
}

/** Nova's defaults (`[quota]` options). */
export const DEFAULT_QUOTA: QuotaLimits = {
  instances: 10,
  cores: 20,
  ramMib: 51_200,
  keyPairs: 100,
  metadataItems: 128,
  injectedFiles: 5,
  injectedFileBytes: 10_240,
  injectedPathBytes: 255,
  serverGroups: 10,
  serverGroupMembers: 10,
};

/** What a project has of what is limited. */
export interface ProjectUsage {
  readonly projectId: string;
  readonly instances: number;
  readonly cores: number;
  readonly ramMib: number;
}

/** By the project's id. */
export const projects = table<ProjectUsage>({ name: 'project' });
