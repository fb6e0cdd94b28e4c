import type { Exception, Skip } from './page.ts';

const SWAP = 'Nova takes a swap of volumes only while the volume service migrates one, and answers 409 else, as we do.';

/** Why a test that passes on Nova does not pass here, or fails. A test that is not named here has to pass. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    tests: /\.test_agents\.|\.test_reset_network_inject_network_info$/,
    why: 'Of XenAPI, which Nova has removed: it answers 410, as we do.',
  },
  { tests: /test_multiattach_rw_volume_update_failure$/, why: SWAP },
];

/** Why tests are skipped, by the reason that Tempest gives. */
export const SKIPS: readonly Skip[] = [
  { reason: /^(Instance v|V)alidation /, why: 'They log in to guests; simulated ones do not run.' },
  { reason: /^FixedIPs|nova-network/, why: "They are of Nova's own networks, which it has removed." },
  { reason: /^Neutron /, why: "They are of Nova's own security groups, which it has removed." },
  { reason: /Nova cert/, why: 'Nova has removed certificates.' },
  { reason: /console/i, why: 'No driver offers consoles over the network yet.' },
  { reason: /^Swapping volumes/, why: SWAP },
  { reason: /trunk/, why: 'The network service has no trunk ports.' },
  { reason: /^Skipped until bug/, why: 'Tempest skips them everywhere.' },
  { reason: /certified_image_ref/, why: 'Signatures of images are not verified: a request for it is refused.' },
];
