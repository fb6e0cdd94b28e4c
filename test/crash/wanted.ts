import assert from 'node:assert/strict';
import type { Api } from '../process/api.ts';
import { textAt } from '../process/json.ts';

/** The server that clients ask for: of one vCPU, with one network. */
export interface Wanted {
  readonly imageRef: string;
  readonly flavorRef: string;
  readonly networkId: string;
}

/** The flavor m1.nano, and of what the first start makes the network, and the image where hosts are simulated. */
export async function wantedServer(api: Api, imageRef?: string): Promise<Wanted> {
  const images = (await api.request('GET', '/image/v2/images')).body;
  const networks = (await api.request('GET', '/network/v2.0/networks?shared=true')).body;
  return {
    imageRef: imageRef ?? textAt(images, 'images', 0, 'id'),
    flavorRef: '42',
    networkId: textAt(networks, 'networks', 0, 'id'),
  };
}

/** Uploads a raw disk of zeros: a guest of it finds nothing to boot, and runs all the same. */
export async function blankImage(api: Api): Promise<string> {
  const blank = { name: 'blank', disk_format: 'raw', container_format: 'bare' };
  const made = await api.request('POST', '/image/v2/images', blank);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const id = textAt(made.body, 'id');
  const uploaded = await api.upload(`/image/v2/images/${id}/file`, new Uint8Array(1_048_576));
  assert.equal(uploaded.status, 204, JSON.stringify(uploaded.body));
  return id;
}
