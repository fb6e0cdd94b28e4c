import { instances } from '../../../actors/instance/row.ts';
import { type ServerGroup, serverGroups } from '../../../actors/registry/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { isUuidLike } from '../../formats.ts';
import { canonicalUuid } from '../parameter-types.ts';

/** How many groups a project has. */
export const countGroups = (reader: Reader, projectId: string): number => {
  let count = 0;
  for (const _ of serverGroups.ids(reader, 'byProject', [projectId])) count += 1;
  return count;
};

/** The group of an id; undefined for any text that names none. */
export const readGroup = (reader: Reader, id: string): ServerGroup | undefined =>
  isUuidLike(id) ? serverGroups.read(reader, canonicalUuid(id)) : undefined;

/** The servers of a group that are not deleted, in the order in which they were made. */
export const membersOf = (reader: Reader, groupId: string): readonly string[] => [
  ...instances.ids(reader, 'byGroup', [groupId]),
];

/** Groups of a project, or of all with null, in the order in which they were made. */
export const listGroups = (
  reader: Reader,
  projectId: string | null,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): readonly ServerGroup[] => {
  const ids =
    projectId === null
      ? serverGroups.ids(reader, 'all', [], { limit: offset + limit })
      : serverGroups.ids(reader, 'byProject', [projectId], { limit: offset + limit });
  return [...ids].slice(offset).flatMap((id) => serverGroups.read(reader, id) ?? []);
};
