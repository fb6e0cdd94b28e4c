import type { ImageRow } from '../../../actors/image/row.ts';
import { type LinkContext, selfAndBookmark } from '../../links.ts';
import { isoSeconds } from '../times.ts';

const STATUSES = {
  queued: ['SAVING', 25],
  saving: ['SAVING', 50],
  active: ['ACTIVE', 100],
  deactivated: ['UNKNOWN', 0],
} as const;

const TRUE = /^(1|t|true|on|y|yes)$/i;

const linksOf = (row: ImageRow, context: LinkContext): readonly object[] => [
  ...selfAndBookmark(context, 'images', row.id),
  {
    rel: 'alternate',
    type: 'application/vnd.openstack.image',
    href: `${context.endpoint.replace(/\/compute$/, '')}/image/images/${row.id}`,
  },
];

/** An image in a plain list. */
export const briefImage = (row: ImageRow, context: LinkContext): object => ({
  id: row.id,
  name: row.name,
  links: linksOf(row, context),
});

/** An image in full. */
export const fullImage = (row: ImageRow, context: LinkContext): object => {
  const [status, progress] = STATUSES[row.status];
  const { instance_uuid: server, auto_disk_config: diskConfig } = row.properties;
  return {
    id: row.id,
    name: row.name,
    minRam: row.minRamMib,
    minDisk: row.minDiskGib,
    metadata: row.properties,
    created: isoSeconds(row.createdAtMs),
    updated: isoSeconds(row.updatedAtMs),
    status,
    progress,
    'OS-EXT-IMG-SIZE:size': row.content?.sizeBytes ?? 0,
    links: linksOf(row, context),
    ...(server === undefined ? {} : { server: { id: server, links: selfAndBookmark(context, 'servers', server) } }),
    ...(diskConfig === undefined ? {} : { 'OS-DCF:diskConfig': TRUE.test(diskConfig) ? 'AUTO' : 'MANUAL' }),
  };
};
