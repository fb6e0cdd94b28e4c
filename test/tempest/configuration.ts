/** What Tempest has to know of a cloud. */
export interface CloudFacts {
  /** Where the cloud is, such as `http://127.0.0.1:8774`. */
  readonly url: string;
  readonly password: string;
  /** Two images, and two flavors of which the second is larger. */
  readonly imageIds: readonly [string, string];
  readonly flavorIds: readonly [string, string];
  /** The external network, which floating IPs come from. */
  readonly external: { readonly id: string; readonly name: string };
  readonly hosts: number;
  /** Aliases of the network service's extensions. */
  readonly networkExtensions: readonly string[];
}

/** Longest wait for a server or an image, in seconds: nothing that is simulated takes that long. */
const BUILD_TIMEOUT_SECONDS = 20;

/** What Nova enables by itself, and the two filters that some tests are about. */
export const TEMPEST_FILTERS = [
  'ComputeFilter',
  'ComputeCapabilitiesFilter',
  'ImagePropertiesFilter',
  'ServerGroupAntiAffinityFilter',
  'ServerGroupAffinityFilter',
  'SameHostFilter',
  'DifferentHostFilter',
] as const;

type Section = Readonly<Record<string, string | number | boolean>>;

/**
 * The settings, by section. Guests do not run, so nothing is validated by ssh. Each project of a test gets a network of its
 * own behind a router.
 */
const sections = (facts: CloudFacts, folder: string): Readonly<Record<string, Section>> => ({
  DEFAULT: { log_dir: folder, log_file: 'tempest.log', use_stderr: false },
  oslo_concurrency: { lock_path: `${folder}/locks` },
  auth: {
    use_dynamic_credentials: true,
    create_isolated_networks: true,
    admin_username: 'admin',
    admin_password: facts.password,
    admin_project_name: 'admin',
    admin_domain_name: 'Default',
    tempest_roles: 'member',
  },
  identity: { auth_version: 'v3', uri_v3: `${facts.url}/identity/v3`, region: 'RegionOne' },
  'identity-feature-enabled': { api_v2: false, api_v3: true },
  image: { disk_formats: 'raw,qcow2', container_formats: 'bare', build_timeout: BUILD_TIMEOUT_SECONDS },
  compute: {
    image_ref: facts.imageIds[0],
    image_ref_alt: facts.imageIds[1],
    flavor_ref: facts.flavorIds[0],
    flavor_ref_alt: facts.flavorIds[1],
    min_compute_nodes: facts.hosts,
    build_timeout: BUILD_TIMEOUT_SECONDS,
    max_microversion: 'latest',
  },
  'compute-feature-enabled': {
    resize: true,
    cold_migration: true,
    shelve_migrate: true,
    live_migration: true,
    block_migration_for_live_migration: true,
    change_password: true,
    vnc_console: false,
    metadata_service: false,
    personality: true,
    stable_rescue: true,
    volume_multiattach: true,
    volume_backed_live_migration: true,
    block_migrate_cinder_iscsi: true,
    // Nova takes a swap only while the volume service migrates; these tests are older than that.
    swap_volume: false,
    hostname_fqdn_sanitization: true,
    // Tempest changes the metadata of servers only where it thinks that XenAPI is; what else that brings is explained (`exceptions.ts`).
    xenapi_apis: true,
    scheduler_enabled_filters: TEMPEST_FILTERS.join(','),
  },
  network: { public_network_id: facts.external.id, floating_network_name: facts.external.name },
  'network-feature-enabled': { api_extensions: facts.networkExtensions.join(','), floating_ips: true },
  volume: { max_microversion: 'latest', build_timeout: BUILD_TIMEOUT_SECONDS },
  service_available: { cinder: true, neutron: true, glance: true, swift: false, nova: true },
  validation: { run_validation: false },
});

/** The text of `tempest.conf` for a cloud; `folder` takes Tempest's log and locks. It holds a password. */
export const tempestConfiguration = (facts: CloudFacts, folder: string): string =>
  Object.entries(sections(facts, folder))
    .map(([name, section]) =>
      [`[${name}]`, ...Object.entries(section).map(([key, value]) => `${key} = ${value}`), ''].join('\n'),
    )
    .join('\n');
