import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masked } from '../../composition/secrets.ts';

test('what stands under the name of a secret is masked, however deep, and nothing else', () => {
  const settings = {
    listen: { host: '127.0.0.1', port: 8774 },
    metrics: 'token',
    quota: { keyPairs: 100 },
    admin: { password: 'p1', adminPass: 'p2', tokens: ['p3'], pin: { secret: 4 } },
    ssh: { privateKey: 'p5', 'token.key': 'p6', apiKey: 'p7' },
  };
  const shown = JSON.stringify(masked(settings));
  assert.doesNotMatch(shown, /p\d|:4[,}]/);
  assert.match(shown, /"keyPairs":100/);
  assert.match(shown, /"metrics":"token"/);
  assert.match(shown, /"port":8774/);
});

test('a user in a URL is masked', () => {
  assert.deepEqual(masked({ publicEndpoint: 'https://me:pw@cloud.example.com/a@b' }), {
    publicEndpoint: 'https://***@cloud.example.com/a@b',
  });
});
