import type { PolicyDefinition } from '../../policy.ts';
import { MEMBER, OLD_OWNER, READER, SERVICE } from './base.ts';

/** Rules of what a server has: addresses, interfaces, metadata, tags, volumes, shares. Facts: nova/policies/*.py. */
export const SERVER_PART_RULES = {
  'os_compute_api:os-attach-interfaces:list': {
    check: READER,
    description: 'List the network interfaces of a server.',
    operations: ['GET /servers/{server_id}/os-interface'],
    deprecated: { name: 'os_compute_api:os-attach-interfaces', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-attach-interfaces:show': {
    check: READER,
    description: 'Show a network interface of a server.',
    operations: ['GET /servers/{server_id}/os-interface/{port_id}'],
    deprecated: { name: 'os_compute_api:os-attach-interfaces', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-attach-interfaces:create': {
    check: MEMBER,
    description: 'Attach a network interface to a server.',
    operations: ['POST /servers/{server_id}/os-interface'],
    deprecated: { name: 'os_compute_api:os-attach-interfaces', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-attach-interfaces:delete': {
    check: MEMBER,
    description: 'Detach a network interface from a server.',
    operations: ['DELETE /servers/{server_id}/os-interface/{port_id}'],
    deprecated: { name: 'os_compute_api:os-attach-interfaces', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:ips:show': {
    check: READER,
    description: 'Show the addresses of a server in one network.',
    operations: ['GET /servers/{server_id}/ips/{network_label}'],
  },
  'os_compute_api:ips:index': {
    check: READER,
    description: 'List the addresses of a server.',
    operations: ['GET /servers/{server_id}/ips'],
  },
  'os_compute_api:server-metadata:index': {
    check: READER,
    description: 'List the metadata of a server.',
    operations: ['GET /servers/{server_id}/metadata'],
  },
  'os_compute_api:server-metadata:show': {
    check: READER,
    description: "Show an item of a server's metadata.",
    operations: ['GET /servers/{server_id}/metadata/{key}'],
  },
  'os_compute_api:server-metadata:create': {
    check: MEMBER,
    description: 'Add metadata to a server.',
    operations: ['POST /servers/{server_id}/metadata'],
  },
  'os_compute_api:server-metadata:update_all': {
    check: MEMBER,
    description: 'Replace all metadata of a server.',
    operations: ['PUT /servers/{server_id}/metadata'],
  },
  'os_compute_api:server-metadata:update': {
    check: MEMBER,
    description: "Set an item of a server's metadata.",
    operations: ['PUT /servers/{server_id}/metadata/{key}'],
  },
  'os_compute_api:server-metadata:delete': {
    check: MEMBER,
    description: "Delete an item of a server's metadata.",
    operations: ['DELETE /servers/{server_id}/metadata/{key}'],
  },
  'os_compute_api:os-server-tags:delete_all': {
    check: MEMBER,
    description: 'Delete all tags of a server.',
    operations: ['DELETE /servers/{server_id}/tags'],
  },
  'os_compute_api:os-server-tags:index': {
    check: READER,
    description: 'List the tags of a server.',
    operations: ['GET /servers/{server_id}/tags'],
  },
  'os_compute_api:os-server-tags:update_all': {
    check: MEMBER,
    description: 'Replace all tags of a server.',
    operations: ['PUT /servers/{server_id}/tags'],
  },
  'os_compute_api:os-server-tags:delete': {
    check: MEMBER,
    description: 'Delete a tag of a server.',
    operations: ['DELETE /servers/{server_id}/tags/{tag}'],
  },
  'os_compute_api:os-server-tags:update': {
    check: MEMBER,
    description: 'Add a tag to a server.',
    operations: ['PUT /servers/{server_id}/tags/{tag}'],
  },
  'os_compute_api:os-server-tags:show': {
    check: READER,
    description: 'Check whether a server has a tag.',
    operations: ['GET /servers/{server_id}/tags/{tag}'],
  },
  'os_compute_api:os-server-password:show': {
    check: READER,
    description: 'Show the encrypted administrator password of a server.',
    operations: ['GET /servers/{server_id}/os-server-password'],
    deprecated: { name: 'os_compute_api:os-server-password', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-server-password:clear': {
    check: MEMBER,
    description: 'Forget the encrypted administrator password of a server.',
    operations: ['DELETE /servers/{server_id}/os-server-password'],
    deprecated: { name: 'os_compute_api:os-server-password', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-server-shares:index': {
    check: READER,
    description: 'List the shares of a server.',
    operations: ['GET /servers/{server_id}/shares'],
  },
  'os_compute_api:os-server-shares:create': {
    check: MEMBER,
    description: 'Attach a share to a server.',
    operations: ['POST /servers/{server_id}/shares'],
  },
  'os_compute_api:os-server-shares:show': {
    check: READER,
    description: 'Show a share of a server.',
    operations: ['GET /servers/{server_id}/shares/{share_id}'],
  },
  'os_compute_api:os-server-shares:delete': {
    check: MEMBER,
    description: 'Detach a share from a server.',
    operations: ['DELETE /servers/{server_id}/shares/{share_id}'],
  },
  'os_compute_api:os-volumes-attachments:index': {
    check: READER,
    description: 'List the volumes of a server.',
    operations: ['GET /servers/{server_id}/os-volume_attachments'],
  },
  'os_compute_api:os-volumes-attachments:create': {
    check: MEMBER,
    description: 'Attach a volume to a server.',
    operations: ['POST /servers/{server_id}/os-volume_attachments'],
  },
  'os_compute_api:os-volumes-attachments:show': {
    check: READER,
    description: 'Show an attachment of a volume.',
    operations: ['GET /servers/{server_id}/os-volume_attachments/{volume_id}'],
  },
  'os_compute_api:os-volumes-attachments:update': {
    check: MEMBER,
    description: 'Change an attachment of a volume, from 2.85 on.',
    operations: ['PUT /servers/{server_id}/os-volume_attachments/{volume_id}'],
  },
  'os_compute_api:os-volumes-attachments:swap': {
    check: SERVICE,
    description: 'Put another volume in the place of an attached one; meant for the volume service.',
    operations: ['PUT /servers/{server_id}/os-volume_attachments/{volume_id}'],
  },
  'os_compute_api:os-volumes-attachments:delete': {
    check: MEMBER,
    description: 'Detach a volume from a server.',
    operations: ['DELETE /servers/{server_id}/os-volume_attachments/{volume_id}'],
  },
  'os_compute_api:os-assisted-volume-snapshots:create': {
    check: SERVICE,
    description: 'Take a volume snapshot with the help of the host; meant for the volume service.',
    operations: ['POST /os-assisted-volume-snapshots'],
  },
  'os_compute_api:os-assisted-volume-snapshots:delete': {
    check: SERVICE,
    description: 'Delete a volume snapshot with the help of the host; meant for the volume service.',
    operations: ['DELETE /os-assisted-volume-snapshots/{snapshot_id}'],
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;
