import type { Reader } from '../../runtime/store.ts';
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

/**
 * Limits that the API had for networks before it left them to their own service. They are kept and shown as they were set,
 * and limit nothing, as in Nova since Ussuri.
 */
export interface NetworkLimits {
  readonly fixedIps: number;
  readonly floatingIps: number;
  readonly securityGroups: number;
  readonly securityGroupRules: number;
}

const NO_NETWORK_LIMITS: NetworkLimits = {
  fixedIps: -1,
  floatingIps: -1,
  securityGroups: -1,
  securityGroupRules: -1,
};

/** Everything that has a limit. */
export type AllLimits = QuotaLimits & NetworkLimits;

/** Names of limits in the API and in messages. */
export const LIMIT_NAMES = {
  instances: 'instances',
  cores: 'cores',
  ramMib: 'ram',
  keyPairs: 'key_pairs',
  metadataItems: 'metadata_items',
  injectedFiles: 'injected_files',
  injectedFileBytes: 'injected_file_content_bytes',
  injectedPathBytes: 'injected_file_path_bytes',
  serverGroups: 'server_groups',
  serverGroupMembers: 'server_group_members',
  fixedIps: 'fixed_ips',
  floatingIps: 'floating_ips',
  securityGroups: 'security_groups',
  securityGroupRules: 'security_group_rules',
} as const satisfies { readonly [K in keyof AllLimits]: string };

/** Limits that were set; those left out come from further up. */
export type SomeLimits = Readonly<Partial<AllLimits>>;

/** What servers take of what is limited. */
export interface Usage {
  readonly instances: number;
  readonly cores: number;
  readonly ramMib: number;
}

/** What a project has of what is limited. */
export interface ProjectUsage extends Usage {
  readonly projectId: string;
  /** What each of its users has; users without anything are left out. Absent in rows from before it was counted. */
  readonly users?: readonly UserUsage[];
}

/** What one user of a project has. */
export interface UserUsage extends Usage {
  readonly userId: string;
}

/** By the project's id. */
export const projects = table<ProjectUsage>({ name: 'project' });

/** Limits that were set for a project and for single users of it. Written by the project. */
export interface ProjectLimits {
  readonly projectId: string;
  readonly limits: SomeLimits;
  readonly users: readonly { readonly userId: string; readonly limits: SomeLimits }[];
}

/** By the project's id; none while nothing was set. */
export const projectLimits = table<ProjectLimits>({ name: 'project-limits' });

/** Limits under a name. That of `default` holds for all projects. Written by the registry, which holds what is global. */
export interface QuotaClass {
  readonly name: string;
  readonly limits: SomeLimits;
}

/** By the name of the class. */
export const quotaClasses = table<QuotaClass>({ name: 'quota-class' });

/** The class whose limits hold for every project that has no own ones. */
export const DEFAULT_CLASS = 'default';

/** Limits of a configuration with what it does not limit, made once: they are asked for several times a request. */
const completed = new WeakMap<QuotaLimits, AllLimits>();

const complete = (configured: QuotaLimits): AllLimits => {
  const known = completed.get(configured);
  if (known !== undefined) return known;
  const made = { ...NO_NETWORK_LIMITS, ...configured };
  completed.set(configured, made);
  return made;
};

const overlaid = (limits: AllLimits, own: SomeLimits | undefined): AllLimits =>
  own === undefined ? limits : { ...limits, ...own };

/** The limits of a class: what it sets, else those of the configuration. */
export const limitsOfClass = (rows: Reader, configured: QuotaLimits, name: string): AllLimits =>
  overlaid(complete(configured), quotaClasses.read(rows, name)?.limits);

/** The limits of a project: its own, else those of the class `default`, else those of the configuration. */
export const limitsOfProject = (rows: Reader, configured: QuotaLimits, projectId: string): AllLimits =>
  overlaid(limitsOfClass(rows, configured, DEFAULT_CLASS), projectLimits.read(rows, projectId)?.limits);

/** The limits of a project and those of a user in it: own ones, else those of the project. Reads two rows. */
export const limitsOfBoth = (
  rows: Reader,
  configured: QuotaLimits,
  projectId: string,
  userId: string,
): { readonly ofProject: AllLimits; readonly ofUser: AllLimits } => {
  const set = projectLimits.read(rows, projectId);
  const ofProject = overlaid(limitsOfClass(rows, configured, DEFAULT_CLASS), set?.limits);
  return { ofProject, ofUser: overlaid(ofProject, set?.users.find((user) => user.userId === userId)?.limits) };
};

/** The limits of a user in a project: own ones, else those of the project. */
export const limitsOfUser = (rows: Reader, configured: QuotaLimits, projectId: string, userId: string): AllLimits =>
  limitsOfBoth(rows, configured, projectId, userId).ofUser;

/** What was set for one user of a project. */
export const ownLimitsOf = (row: ProjectLimits | undefined, userId: string): SomeLimits =>
  row?.users.find((user) => user.userId === userId)?.limits ?? {};

/** What a user of a project has. */
export const usageOfUser = (usage: ProjectUsage | undefined, userId: string): Usage =>
  usage?.users?.find((user) => user.userId === userId) ?? NO_USAGE;

const NO_USAGE: Usage = { instances: 0, cores: 0, ramMib: 0 };
