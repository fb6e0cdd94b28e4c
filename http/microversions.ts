/**
 * Every microversion of the Compute API, oldest first, with what it changed. Append only: a new microversion is a line
 * here, a step at the value that changes, and a sample. Source: nova/api/openstack/compute/rest_api_version_history.rst.
 */
export const MICROVERSIONS = [
  {
    version: '2.1',
    change:
      'First v2.1: same resources as v2.0 with strict body validation (unknown keys in most bodies give 400). Default when no version header is sent.',
  },
  {
    version: '2.2',
    change:
      'Keypairs: `type` (ssh default, x509) accepted on POST and shown in list, create and show; POST /os-keypairs success 200 -> 201; DELETE /os-keypairs/{name} success 202 -> 204.',
  },
  {
    version: '2.3',
    change:
      'Server detail/show gain OS-EXT-SRV-ATTR:hostname, kernel_id, launch_index, ramdisk_id, reservation_id, root_device_name, user_data (policy os-extended-server-attributes); items of os-extended-volumes:volumes_attached gain delete_on_termination.',
  },
  {
    version: '2.4',
    change:
      'GET /os-fixed-ips/{ip} shows `reserved` (the API has answered 410 since Nova 18.0.0, so no visible effect now).',
  },
  {
    version: '2.5',
    change: 'Server list: `ip6` becomes a filter that non-admins may use (before, it was dropped for them).',
  },
  {
    version: '2.6',
    change:
      'New POST /servers/{id}/remote-consoles (protocol+type); the actions os-getVNCConsole, os-getSPICEConsole, os-getSerialConsole, os-getRDPConsole answer 404 from here on.',
  },
  { version: '2.7', change: 'addTenantAccess on a public flavor answers 409 (before, it was accepted).' },
  { version: '2.8', change: 'remote-consoles: protocol mks with type webmks.' },
  { version: '2.9', change: '`locked` (boolean) in server detail, show, update (PUT) and rebuild responses.' },
  {
    version: '2.10',
    change:
      'Keypairs: user_id query parameter on list, show and delete, and user_id in the POST body (admin acts for another user; policies with user_id).',
  },
  { version: '2.11', change: 'os-services: forced_down in list; PUT /os-services/force-down added.' },
  { version: '2.12', change: 'GET /servers/{id}/os-virtual-interfaces shows net_id (410 since Nova 18.0.0).' },
  { version: '2.13', change: 'Server groups: project_id and user_id in list, create and show responses.' },
  {
    version: '2.14',
    change: 'evacuate: onSharedStorage no longer accepted; response no longer has adminPass (empty body).',
  },
  { version: '2.15', change: 'Server group policies soft-affinity and soft-anti-affinity accepted and shown.' },
  {
    version: '2.16',
    change:
      'host_status (UP, UNKNOWN, DOWN, MAINTENANCE or empty string) in server detail and show; policies servers:show:host_status and ...:unknown-only.',
  },
  { version: '2.17', change: 'New server action trigger_crash_dump.' },
  {
    version: '2.18',
    change: 'project_id in the URL becomes optional (in the current code both forms work at every microversion).',
  },
  {
    version: '2.19',
    change:
      'Server `description` accepted on create, rebuild, PUT; shown in detail, show, PUT and rebuild (null when unset).',
  },
  {
    version: '2.20',
    change: 'Volume attach and detach allowed for servers in vm_state shelved and shelved_offloaded (below: 409).',
  },
  { version: '2.21', change: 'os-instance-actions list and show also work for deleted servers (below: 404).' },
  { version: '2.22', change: 'New POST /servers/{id}/migrations/{mid}/action with force_complete (202).' },
  {
    version: '2.23',
    change:
      'New GET /servers/{id}/migrations and /servers/{id}/migrations/{mid} (in-progress live migrations); GET /os-migrations items gain migration_type and, for in-progress live migrations, links.',
  },
  { version: '2.24', change: 'New DELETE /servers/{id}/migrations/{mid}: abort a running live migration (202).' },
  {
    version: '2.25',
    change:
      'os-migrateLive: block_migration takes "auto" as well as boolean; disk_over_commit no longer accepted (required before).',
  },
  {
    version: '2.26',
    change:
      "Server tags: GET/PUT/DELETE /servers/{id}/tags and GET/PUT/DELETE /servers/{id}/tags/{tag}; list filters tags, tags-any, not-tags, not-tags-any (comma separated); `tags` in detail, show, PUT, rebuild. Max 50 tags, 60 characters, no '/' or ','.",
  },
  {
    version: '2.27',
    change:
      'The header form `OpenStack-API-Version: compute X.Y` is supported beside X-OpenStack-Nova-API-Version (both are read at every version).',
  },
  { version: '2.28', change: 'os-hypervisors detail and show: cpu_info is an object, not a JSON string.' },
  {
    version: '2.29',
    change:
      'evacuate: optional `force`; with `host` and no force the scheduler checks the host (below, host bypassed the scheduler).',
  },
  {
    version: '2.30',
    change:
      'os-migrateLive: optional `force`; with `host` and no force the scheduler checks the host (below, it was bypassed).',
  },
  {
    version: '2.31',
    change: 'GET /os-console-auth-tokens/{token} works for every console type (below: only RDP, else 401).',
  },
  {
    version: '2.32',
    change: 'Server create: optional `tag` in networks items and in block_device_mapping_v2 items (device tagging).',
  },
  {
    version: '2.33',
    change:
      'GET /os-hypervisors and /detail: limit, marker and hypervisors_links. Server create: `tag` in block_device_mapping_v2 no longer accepted (bug, back in 2.42).',
  },
  {
    version: '2.34',
    change:
      'os-migrateLive pre-checks run in the background: pre-check failures no longer give 400 (look at instance actions).',
  },
  { version: '2.35', change: 'GET /os-keypairs: limit, marker, keypairs_links; sorted by name.' },
  {
    version: '2.36',
    change:
      'Proxy APIs answer 404: images, networks, tenant-networks, floating-ips, floating-ip-pools, security-groups, security-group-rules, volumes, snapshots, baremetal-nodes (and fixed-ips, floating-ips-bulk, floating-ip-dns, security-group-default-rules, fping, which now answer 410 at every version). Limits and quota-sets lose fixed_ips, floating_ips, security_groups, security_group_rules (image metadata stays to 2.38).',
  },
  {
    version: '2.37',
    change:
      'Server create: `networks` is required, a list or "auto" or "none"; networks[].uuid must be a UUID; networks[].tag no longer accepted (bug, back in 2.42).',
  },
  { version: '2.38', change: 'Server list with an invalid `status` value answers 400 (below: an empty list).' },
  {
    version: '2.39',
    change:
      'Image metadata proxy answers 404; limits lose maxImageMeta; createImage and createBackup no longer check the metadata quota.',
  },
  { version: '2.40', change: 'os-simple-tenant-usage: limit, marker and tenant_usages_links / tenant_usage_links.' },
  { version: '2.41', change: 'Aggregates: uuid in all aggregate responses.' },
  { version: '2.42', change: 'Server create: `tag` accepted again in networks and block_device_mapping_v2 items.' },
  { version: '2.43', change: 'os-hosts API answers 404.' },
  {
    version: '2.44',
    change:
      'Server actions addFixedIp, removeFixedIp, addFloatingIp, removeFloatingIp and os-virtual-interfaces answer 404 (os-virtual-interfaces is 410 anyway).',
  },
  {
    version: '2.45',
    change: 'createImage and createBackup: body {image_id} instead of a Location header (202 either way).',
  },
  {
    version: '2.46',
    change: 'Signals that X-OpenStack-Request-ID is returned beside X-Compute-Request-ID (sent at every version).',
  },
  {
    version: '2.47',
    change:
      'Embedded `flavor` in server detail, show, PUT, rebuild: object with original_name, vcpus, ram, disk, ephemeral, swap and (policy servers:show:flavor-extra-specs) extra_specs; id and links are gone.',
  },
  { version: '2.48', change: 'GET /servers/{id}/diagnostics: one standard shape for all drivers.' },
  { version: '2.49', change: 'os-interface POST and os-volume_attachments POST: optional `tag`.' },
  {
    version: '2.50',
    change:
      'os-quota-class-sets: server_groups and server_group_members shown; fixed_ips, floating_ips, security_groups, security_group_rules gone from body and response.',
  },
  {
    version: '2.51',
    change:
      'os-server-external-events: event volume-extended. Instance action show: `events` for non-admins too, without traceback (policy os-instance-actions:events for traceback).',
  },
  { version: '2.52', change: 'Server create: `tags` list.' },
  {
    version: '2.53',
    change:
      'os-services: id is a UUID; DELETE takes the UUID; PUT /os-services/{uuid} with status, disabled_reason, forced_down replaces enable/disable/disable-log-reason/force-down and returns a full service. os-hypervisors: ids and markers are UUIDs; query hypervisor_hostname_pattern and with_servers; /search and /servers sub-resources answer 404.',
  },
  { version: '2.54', change: 'Rebuild: key_name (or null) accepted; key_name in the rebuild response.' },
  {
    version: '2.55',
    change:
      'Flavors: description in list, detail, show, create; new PUT /flavors/{id} (description only). Not in the flavor embedded in servers.',
  },
  {
    version: '2.56',
    change:
      'migrate action: body null or {host}; (below: body not validated, value ignored). Host is checked by the scheduler.',
  },
  {
    version: '2.57',
    change:
      'personality gone from create and rebuild; user_data in rebuild body and response; limits lose maxPersonality, maxPersonalitySize; quota-sets and quota-class-sets lose injected_files, injected_file_content_bytes, injected_file_path_bytes.',
  },
  {
    version: '2.58',
    change:
      'os-instance-actions list: limit, marker, changes-since, links, unknown query parameters 400; updated_at in list and show.',
  },
  {
    version: '2.59',
    change:
      'os-migrations list: limit, marker, changes-since, migrations_links, unknown query parameters 400; uuid in os-migrations and server migrations responses.',
  },
  { version: '2.60', change: 'A multiattach volume may be attached to (or booted by) several servers (below: 400).' },
  {
    version: '2.61',
    change:
      'Flavor detail, show, create, PUT responses: extra_specs (policy os-flavor-extra-specs:index; left out otherwise).',
  },
  {
    version: '2.62',
    change: 'Instance action show: events gain hostId, and host (policy os-instance-actions:events).',
  },
  {
    version: '2.63',
    change:
      'trusted_image_certificates (list of 1-50 ids or null) on create and rebuild; shown in detail, show, PUT, rebuild.',
  },
  {
    version: '2.64',
    change:
      'Server groups: `policy` (one string) and `rules` (max_server_per_host, for anti-affinity) replace policies and metadata in request and responses.',
  },
  {
    version: '2.65',
    change: 'DELETE /servers/{id}/migrations/{mid} also aborts live migrations in status queued and preparing.',
  },
  {
    version: '2.66',
    change:
      'changes-before query on server lists, instance-action list, os-migrations (updated_at less than or equal).',
  },
  { version: '2.67', change: 'Server create: volume_type in block_device_mapping_v2 items.' },
  { version: '2.68', change: '`force` no longer accepted for evacuate and os-migrateLive.' },
  {
    version: '2.69',
    change:
      'With a down cell, GET servers (list, detail, show) and os-services return partial items (status UNKNOWN and few keys) instead of leaving them out.',
  },
  { version: '2.70', change: '`tag` in os-volume_attachments and os-interface responses (list, show, create).' },
  { version: '2.71', change: 'server_groups (list of ids) in show, PUT, rebuild responses (not in detail list).' },
  {
    version: '2.72',
    change: 'Server create with ports that have a resource request (QoS minimum bandwidth) is allowed (below: 400).',
  },
  {
    version: '2.73',
    change:
      'lock: body null or {locked_reason}; locked_reason in detail, show, PUT, rebuild; `locked` is a filter and sort key; unlock body is no longer validated.',
  },
  {
    version: '2.74',
    change:
      'Server create: host and/or hypervisor_hostname (policy compute:servers:create:requested_destination); not together with zone:host:node.',
  },
  {
    version: '2.75',
    change:
      'Unknown query parameters and body keys give 400 in most remaining APIs; PUT and rebuild responses hold everything that GET shows; flavor swap is integer 0, not "", when zero; os-hypervisors items always have `servers` ([] when empty) if with_servers was asked.',
  },
  { version: '2.76', change: 'os-server-external-events: event power-update (tag POWER_ON or POWER_OFF).' },
  { version: '2.77', change: 'unshelve: body null or {availability_zone} (only for shelved_offloaded servers).' },
  {
    version: '2.78',
    change: 'New GET /servers/{id}/topology (NUMA); policies compute:server:topology:index and :host:index.',
  },
  { version: '2.79', change: 'os-volume_attachments: delete_on_termination in POST body and in all responses.' },
  {
    version: '2.80',
    change:
      'Migrations: user_id and project_id in os-migrations and server migrations responses; user_id and project_id filters on GET /os-migrations.',
  },
  { version: '2.81', change: 'New POST /os-aggregates/{id}/images (cache images; 202).' },
  { version: '2.82', change: 'os-server-external-events: event accelerator-request-bound.' },
  {
    version: '2.83',
    change:
      'Server list: non-admins may filter by availability_zone, config_drive, key_name, created_at, launched_at, terminated_at, power_state, task_state, vm_state, progress, user_id.',
  },
  { version: '2.84', change: 'Instance action show: events gain `details` (fault message or null).' },
  {
    version: '2.85',
    change:
      'PUT os-volume_attachments/{id}: may change delete_on_termination (member policy :update) besides swapping the volume; body also takes device, tag, serverId, id (must be unchanged).',
  },
  {
    version: '2.86',
    change:
      'Flavor extra specs POST and PUT: keys in known namespaces are validated, 400 if wrong (unknown namespaces still pass).',
  },
  {
    version: '2.87',
    change: 'rescue of volume-backed servers allowed if the compute host has COMPUTE_RESCUE_BFV (below: 400).',
  },
  {
    version: '2.88',
    change:
      'os-hypervisors detail and show: uptime added; current_workload, cpu_info, vcpus, vcpus_used, free_disk_gb, local_gb, local_gb_used, disk_available_least, free_ram_mb, memory_mb, memory_mb_used, running_vms gone. GET /os-hypervisors/statistics and /{id}/uptime answer 404.',
  },
  {
    version: '2.89',
    change:
      'os-volume_attachments list and show: attachment_id and bdm_uuid added, id removed (the POST response keeps id).',
  },
  {
    version: '2.90',
    change:
      'hostname accepted on create, PUT, rebuild (one label, 2-63 characters); OS-EXT-SRV-ATTR:hostname shown to everyone; hostname is a list filter for non-admins.',
  },
  {
    version: '2.91',
    change: 'unshelve: `host` (admin policy unshelve_to_host) and availability_zone null (unpin) accepted.',
  },
  {
    version: '2.92',
    change:
      "POST /os-keypairs: public_key is required (no generated keys, no private_key in the response); name may also have '@' and '.'.",
  },
  {
    version: '2.93',
    change: 'rebuild of volume-backed servers with a new image (re-image the root volume); event volume-reimaged.',
  },
  { version: '2.94', change: 'hostname may be a fully qualified name (up to 255 characters) on create, PUT, rebuild.' },
  { version: '2.95', change: 'Evacuated servers are stopped on the destination (below: previous power state kept).' },
  { version: '2.96', change: 'pinned_availability_zone in detail, show, PUT, rebuild.' },
  {
    version: '2.97',
    change: 'New /servers/{id}/shares: GET list, POST attach, GET and DELETE /servers/{id}/shares/{share_id}.',
  },
  { version: '2.98', change: '`image` object of detail, show, PUT, rebuild gains `properties`.' },
  {
    version: '2.99',
    change:
      'remote-consoles: type spice-direct (protocol spice); GET /os-console-auth-tokens/{token} gains tls_port and refuses unknown query parameters.',
  },
  { version: '2.100', change: 'scheduler_hints in detail, show, PUT, rebuild.' },
  { version: '2.101', change: 'POST os-volume_attachments: 202 with no body instead of 200 with volumeAttachment.' },
  {
    version: '2.102',
    change:
      'Flavors: list filter `name`; rxtx_factor and OS-FLV-DISABLED:disabled gone from responses, rxtx_factor from the create body and from list filters/sort; the last APIs that took unknown query parameters now answer 400.',
  },
  { version: '2.103', change: '/os-volumes_boot (old alias of /servers) answers 404.' },
  {
    version: '2.104',
    change:
      "PUT /servers/{id}: pinned_availability_zone (null unpins; the server's current zone re-pins; any other change 409).",
  },
] as const;

/** A microversion that this API speaks, such as `2.53`. */
export type Microversion = (typeof MICROVERSIONS)[number]['version'];

/** The microversion of a request that asks for none. */
export const OLDEST: Microversion = '2.1';

/** The number after the point: the order of microversions. */
export const minorOf = (version: Microversion): number => Number(version.slice(2));

/** Largest minor number; minors run from 1 without a gap (checked by a test). */
export const NEWEST_MINOR = MICROVERSIONS.length;

const byMinor: readonly (Microversion | undefined)[] = [undefined, ...MICROVERSIONS.map((entry) => entry.version)];

/** The microversion with this minor number, or undefined when there is none. */
export const microversionOf = (minor: number): Microversion | undefined => byMinor[minor];

/** The microversion that `latest` stands for. */
export const NEWEST: Microversion = MICROVERSIONS[MICROVERSIONS.length - 1]?.version ?? OLDEST;

/** Negative, zero or positive: the first is older, the same, or newer. */
export const compareMicroversions = (a: Microversion, b: Microversion): number => minorOf(a) - minorOf(b);
