import type { Caller, IdentityTokens } from '../../drivers/identity.ts';
import {
  type ComputeApp,
  type ComputeAppOptions,
  type ComputeService,
  computeApp,
  computeService,
} from '../../http/compute/app.ts';
import { BASE_RULES, POLICIES } from '../../http/compute/policies.ts';
import { compilePolicies } from '../../http/policy.ts';
import type { Route } from '../../http/route.ts';
import { realClock } from '../../runtime/clock.ts';

/** A caller of project `6f70…` with the role member; tests change what they are about. */
export const aCaller = (changes: Partial<Caller> = {}): Caller => ({
  userId: 'u1',
  userName: 'demo',
  projectId: '6f70656e737461636b20342065766572',
  projectName: 'demo',
  domainId: null,
  roles: ['member', 'reader'],
  isAdmin: false,
  systemScope: null,
  ...changes,
});

export const anAdmin = (): Caller =>
  aCaller({ userId: 'u0', userName: 'admin', roles: ['admin', 'manager', 'member', 'reader'], isAdmin: true });

/** Tokens `admin` and `member` are known; `slow` is answered with a promise. */
const stubIdentity: IdentityTokens = {
  authenticate(token) {
    if (token === 'admin') return anAdmin();
    if (token === 'member') return aCaller();
    return token === 'slow' ? Promise.resolve(anAdmin()) : null;
  },
};

export const policies = compilePolicies({ base: BASE_RULES, rules: POLICIES });

const optionsOf = (
  routes: readonly Route<null>[],
  changes: Partial<ComputeAppOptions<null>>,
): ComputeAppOptions<null> => ({
  routes,
  services: null,
  identity: stubIdentity,
  policies,
  identityUri: 'http://127.0.0.1/identity',
  observer: {},
  clock: realClock,
  mount: '',
  publicEndpoint: null,
  trustForwarded: false,
  ...changes,
});

/** An app with the given routes and no services, mounted at the root as Nova's own examples are. */
export const stubApp = (routes: readonly Route<null>[], changes: Partial<ComputeAppOptions<null>> = {}): ComputeApp =>
  computeApp(optionsOf(routes, changes));

/** The same below `/compute`, in both forms. */
export const stubService = (routes: readonly Route<null>[]): ComputeService =>
  computeService(optionsOf(routes, { mount: '/compute' }));
