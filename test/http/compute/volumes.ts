import { createVolumeApp } from '../../../http/volume/app.ts';
import { realClock } from '../../../runtime/clock.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { aCaller, anAdmin } from '../stub-api.ts';
import { type Answered, anImage, type TestCloud } from './cloud.ts';

/** The volume service of a test's cloud. */
export interface CloudVolumes {
  /** Sends a request as `member` or `admin`; `path` is behind `/volume/v3`. The microversion is 3.66. */
  call(method: string, path: string, body?: unknown, as?: 'member' | 'admin'): Promise<Answered>;
  /** Makes a volume of 1 GiB and returns its id, when it is available. */
  make(changes?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Waits until a volume has this status, or `gone`. */
  until(id: string, status: string): Promise<void>;
}

const POLL_MS = 5;
const POLLS_MAX = 2000;

export function volumesOf(cloud: TestCloud): CloudVolumes {
  const callers = new Map([
    ['member', aCaller()],
    ['admin', anAdmin()],
  ]);
  const app = createVolumeApp({
    system: cloud.system,
    reader: cloud.store,
    images: { find: (id) => (id === anImage().id ? anImage() : null) },
    random: seededRandom(3),
    clock: realClock,
    identity: { authenticate: (token) => callers.get(token) ?? null },
    crashed: (error) => {
      throw error;
    },
  });
  const call: CloudVolumes['call'] = async (method, path, body, as = 'member') => {
    const response = await app.request(`http://volume.example.com/volume/v3${path}`, {
      method,
      headers: { 'X-Auth-Token': as, 'OpenStack-API-Version': 'volume 3.66' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
  const until: CloudVolumes['until'] = async (id, status) => {
    let seen = '';
    for (let polls = 0; polls < POLLS_MAX; polls++) {
      const answer = await call('GET', `/volumes/${id}`, undefined, 'admin');
      seen = answer.status === 404 ? 'gone' : answer.body.volume.status;
      if (seen === status) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`volume ${id} is ${seen}, not ${status}`);
  };
  return {
    call,
    until,
    async make(changes = {}) {
      const answer = await call('POST', '/volumes', { volume: { size: 1, ...changes } });
      if (answer.status !== 202) throw new Error(`POST /volumes: ${answer.status} ${JSON.stringify(answer.body)}`);
      const id = String(answer.body.volume.id);
      await until(id, 'available');
      return id;
    },
  };
}
