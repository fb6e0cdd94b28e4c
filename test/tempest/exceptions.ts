import type { Exception } from './page.ts';

/** Why a test that passes on Nova does not pass here, or fails. A test that is not named here has to pass. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    tests: /test_get_hypervisor_uptime$/,
    why: 'No driver tells the uptime of its host; with the fake driver of Nova it fails, too.',
  },
];
