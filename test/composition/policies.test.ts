import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLog } from '../../composition/log.ts';
import { openPolicies } from '../../composition/policies.ts';
import { checkSettings } from '../../composition/settings.ts';
import { NO_OWNER, ownTarget } from '../../http/policy.ts';
import { aCaller, anAdmin } from '../http/stub-api.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

const folder = temporaryFolder();
after(() => folder.remove());
const file = join(folder.path, 'policy.yaml');

const open = (policy: object) => openPolicies(checkSettings({ policy }, 'The test').policy, createLog('silent'));

test('the settings of policies reach the rules: a file, scopes, deprecated defaults', () => {
  writeFileSync(file, 'os_compute_api:os-services:list: "role:member"\n');
  const system = { ...anAdmin(), projectId: null, systemScope: 'all' } as const;
  const nobody = aCaller({ roles: [] });
  const strict = open({ file });
  assert.equal(strict.allows('os_compute_api:os-services:list', aCaller(), NO_OWNER), true);
  assert.equal(strict.allows('os_compute_api:os-hypervisors:list', system, NO_OWNER), false);
  assert.equal(strict.allows('os_compute_api:servers:index', nobody, ownTarget(nobody)), false);
  strict.close();
  const lax = open({ enforceScope: false, enforceNewDefaults: false });
  assert.equal(lax.allows('os_compute_api:os-services:list', aCaller(), NO_OWNER), false);
  assert.equal(lax.allows('os_compute_api:os-hypervisors:list', system, NO_OWNER), true);
  assert.equal(lax.allows('os_compute_api:servers:index', nobody, ownTarget(nobody)), true);
  lax.close();
});

test('a policy file that cannot be used is a refused setting, which names the setting and the place', () => {
  assert.throws(() => open({ file: join(folder.path, 'none.yaml') }), {
    name: 'SettingsRefused',
    message: /^policy\.file: .*none\.yaml cannot be read/,
  });
  writeFileSync(file, '\nnew: "role:a and"\n');
  assert.throws(() => open({ file }), { name: 'SettingsRefused', message: /line 2: .*'new'.* at character 11/ });
});
