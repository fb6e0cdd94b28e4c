import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { connectApi } from '../process/api.ts';
import { column, listAt, textAt } from '../process/json.ts';
import type { CloudFacts } from './configuration.ts';

/** What a simulated guest would boot from: nothing looks at the bytes. */
const IMAGE_BYTES = new Uint8Array(65_536);

/**
 * Asks a running cloud for what Tempest has to know, as the administrator of its `clouds.yaml`; makes a second image, and
 * keeps the network of the first start for its owner: some tests are about projects that have none.
 */
export async function cloudFacts(url: string, stateDir: string): Promise<CloudFacts> {
  const api = await connectApi(url, stateDir);
  const body = { name: 'tempest-alt', disk_format: 'raw', container_format: 'bare', visibility: 'public' };
  const made = await api.request('POST', '/image/v2/images', body);
  const alt = textAt(made.body, 'id');
  const uploaded = await api.upload(`/image/v2/images/${alt}/file`, IMAGE_BYTES);
  if (uploaded.status !== 204) throw new Error(`The second image was answered with ${uploaded.status}.`);
  const list = async (path: string, plural: string) => listAt((await api.request('GET', path)).body, plural);
  const images = await list('/image/v2/images', 'images');
  const image = column(images, 'id').find((id) => id !== alt);
  for (const id of column(await list('/network/v2.0/networks?shared=true', 'networks'), 'id')) {
    await api.request('PUT', `/network/v2.0/networks/${id}`, { network: { shared: false } });
  }
  const [external] = await list('/network/v2.0/networks?router:external=true', 'networks');
  const flavors = column(await list('/compute/v2.1/flavors?sort_key=memory_mb', 'flavors'), 'id');
  const [small, larger] = flavors;
  if (image === undefined || small === undefined || larger === undefined || external === undefined) {
    throw new Error('The cloud lacks an image, two flavors or an external network.');
  }
  const settings: unknown = parse(readFileSync(join(stateDir, 'clouds.yaml'), 'utf8'));
  return {
    url,
    password: textAt(settings, 'clouds', 'novella', 'auth', 'password'),
    imageIds: [image, alt],
    flavorIds: [small, larger],
    external: { id: textAt(external, 'id'), name: textAt(external, 'name') },
    hosts: (await list('/compute/v2.1/os-hypervisors', 'hypervisors')).length,
    networkExtensions: column(await list('/network/v2.0/extensions', 'extensions'), 'alias'),
  };
}
