import type { ProjectUsage, QuotaLimits } from '../../../actors/project/row.ts';
import { always, mapSteps, type Stepped, until } from '../../stepped.ts';
import { type Field, viewOf } from '../field-view.ts';

/** What is limited: the limit, and how much of it a project has. */
interface Resource {
  readonly limit: number;
  readonly used: number;
}

type ReadResource = (limits: QuotaLimits, usage: ProjectUsage) => Resource;

/** Limited, but counted where it is asked for: for each server, user or group. */
const uncounted =
  (limit: (limits: QuotaLimits) => number): ReadResource =>
  (limits) => ({ limit: limit(limits), used: 0 });

// Networks have their own service and limits; Nova shows none for them since Train.
const unlimited: Stepped<ReadResource | undefined> = until(
  '2.35',
  uncounted(() => -1),
);

const RESOURCES: Readonly<Record<string, Stepped<ReadResource | undefined>>> = {
  instances: always((limits, usage) => ({ limit: limits.instances, used: usage.instances })),
  cores: always((limits, usage) => ({ limit: limits.cores, used: usage.cores })),
  ram: always((limits, usage) => ({ limit: limits.ramMib, used: usage.ramMib })),
  key_pairs: always(uncounted((limits) => limits.keyPairs)),
  metadata_items: always(uncounted((limits) => limits.metadataItems)),
  server_groups: always(uncounted((limits) => limits.serverGroups)),
  server_group_members: always(uncounted((limits) => limits.serverGroupMembers)),
  injected_files: until(
    '2.56',
    uncounted((limits) => limits.injectedFiles),
  ),
  injected_file_content_bytes: until(
    '2.56',
    uncounted((limits) => limits.injectedFileBytes),
  ),
  injected_file_path_bytes: until(
    '2.56',
    uncounted((limits) => limits.injectedPathBytes),
  ),
  fixed_ips: unlimited,
  floating_ips: unlimited,
  security_groups: unlimited,
  security_group_rules: unlimited,
};

const viewWith = (show: (resource: Resource) => unknown) =>
  viewOf<QuotaLimits, ProjectUsage>({
    id: always((_, usage) => usage.projectId),
    ...Object.fromEntries(
      Object.entries(RESOURCES).map(([name, resource]) => [
        name,
        mapSteps(resource, (read): Field<QuotaLimits, ProjectUsage> | undefined =>
          read === undefined ? undefined : (limits, usage) => show(read(limits, usage)),
        ),
      ]),
    ),
  });

/** The limits of a project. */
export const quotaSetView = viewWith(({ limit }) => limit);

/** The limits of a project and what it has. What is reserved counts as used here, so nothing is besides. */
export const quotaDetailView = viewWith(({ limit, used }) => ({ limit, in_use: used, reserved: 0 }));
