import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { guestImage } from '../drivers/qemu/guest-image.ts';
import { type Answer, type Api, connectApi } from '../process/api.ts';
import { type Controller, endControllers } from '../process/controller.ts';
import { endGuests, guestHosts, guestProcesses } from '../process/guests.ts';
import { Installation } from '../process/installation.ts';
import { listAt, textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import { COUNTING, type Count, countProblems, countsIn } from './counting.ts';

/** The slowest boot seen under load took 22 s of the guest's time. */
const BOOT_LIMIT_MS = 120_000;
/** The last one at which a server that is evacuated runs again. */
const MICROVERSION = '2.94';
const CONFIG = 'logLevel: info\nqemu: { accel: tcg, inventory: whole }\n';

const SERVERS = '/compute/v2.1/servers';
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** How a server is created: at which microversion, what it runs, and what the scheduler is told. */
interface BootWith {
  readonly version?: string;
  readonly script?: string;
  readonly hints?: Readonly<Record<string, unknown>>;
}

/** A cloud of two hosts of QEMU, as a process, and what a client asks of it. */
export class TwoHostCloud {
  readonly #installation: Installation;
  readonly stateDir: string;
  #controller: Controller | null = null;
  #url = '';
  readonly #apis = new Map<string, Api>();

  /** `config`: lines of the configuration beside those that every such cloud has. */
  constructor(config = '') {
    this.#installation = new Installation(CONFIG + config);
    this.stateDir = this.#installation.stateDir;
  }

  /** Starts a controller; also after one was killed. */
  async start(): Promise<void> {
    this.#controller = this.#installation.serve('--driver', 'qemu', '--hosts', '2');
    this.#url = await this.#controller.ready;
    this.#apis.clear();
    await this.#apiAt(MICROVERSION);
  }

  async kill(): Promise<void> {
    await this.#controller?.kill();
  }

  async remove(): Promise<void> {
    await endControllers();
    await endGuests(this.stateDir);
    await this.#installation.remove();
  }

  async #apiAt(version: string): Promise<Api> {
    const api = this.#apis.get(version) ?? (await connectApi(this.#url, this.stateDir, version));
    this.#apis.set(version, api);
    return api;
  }

  async call(method: Method, path: string, body?: unknown, version = MICROVERSION): Promise<Answer> {
    return (await this.#apiAt(version)).request(method, path, body);
  }

  /** As `call`, for what must succeed; returns the body. */
  async must(method: Method, path: string, body?: unknown, version = MICROVERSION): Promise<unknown> {
    const answer = await this.call(method, path, body, version);
    assert.ok(answer.status < 300, `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer)}`);
    return answer.body;
  }

  /** Does a server action, which must be taken; returns the body. */
  act(id: string, action: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.must('POST', `${SERVERS}/${id}/action`, action);
  }

  /** Uploads the test guest's disk as an image of these properties; returns its id. */
  async uploadGuest(properties: Readonly<Record<string, string>> = {}): Promise<string> {
    const { path } = await guestImage();
    return this.uploadDisk(await readFile(path), { disk_format: 'qcow2', ...properties });
  }

  /** Uploads a disk as an image; returns its id. */
  async uploadDisk(bytes: Uint8Array, properties: Readonly<Record<string, string>>): Promise<string> {
    const asked = { name: 'guest', container_format: 'bare', ...properties };
    const id = textAt(await this.must('POST', '/image/v2/images', asked), 'id');
    const api = await this.#apiAt(MICROVERSION);
    assert.equal((await api.upload(`/image/v2/images/${id}/file`, bytes)).status, 204);
    return id;
  }

  async networkId(): Promise<string> {
    return textAt(await this.must('GET', '/network/v2.0/networks?shared=true'), 'networks', 0, 'id');
  }

  /** Creates a server that counts; returns its id. `asked`: what else is asked for, or something else. */
  async boot(
    asked: Readonly<Record<string, unknown>>,
    { version = MICROVERSION, script = COUNTING, hints }: BootWith = {},
  ): Promise<string> {
    const server = {
      name: 'counting',
      flavorRef: '42',
      networks: [{ uuid: await this.networkId() }],
      user_data: Buffer.from(script).toString('base64'),
      ...asked,
    };
    return textAt(
      await this.must('POST', SERVERS, { server, ...(hints && { 'os:scheduler_hints': hints }) }, version),
      'server',
      'id',
    );
  }

  async server(id: string): Promise<unknown> {
    return valueAt(await this.must('GET', `${SERVERS}/${id}`), 'server');
  }

  /** Waits until a server is at rest in this status. Fails as soon as it rests in another one. */
  async reaches(id: string, status: string): Promise<void> {
    const look = async () => {
      const server = await this.server(id);
      const [now, task] = [textAt(server, 'status'), valueAt(server, 'OS-EXT-STS:task_state')];
      if (task !== null || now === 'BUILD') return null;
      return now === status || now === 'ERROR' ? server : null;
    };
    const server = await until(`${id} is ${status}`, look, { limitMs: BOOT_LIMIT_MS });
    assert.equal(textAt(server, 'status'), status, JSON.stringify(valueAt(server, 'fault')));
  }

  async hostOf(id: string): Promise<string> {
    return textAt(await this.server(id), 'OS-EXT-SRV-ATTR:host');
  }

  /** The names of the hosts. */
  async hosts(): Promise<readonly string[]> {
    const services = await this.must('GET', '/compute/v2.1/os-services?binary=nova-compute');
    return listAt(services, 'services').map((service) => textAt(service, 'host'));
  }

  async otherHost(id: string): Promise<string> {
    const own = await this.hostOf(id);
    const other = (await this.hosts()).find((host) => host !== own);
    assert.ok(other !== undefined);
    return other;
  }

  async console(id: string): Promise<string> {
    return textAt(await this.act(id, { 'os-getConsoleOutput': {} }), 'output');
  }

  /** The last count of a server, of another boot than `notBoot` and beyond `after`; the counts of its boot are as they should be. */
  async counts(
    id: string,
    { notBoots = [], after = 0 }: { notBoots?: readonly string[]; after?: number } = {},
  ): Promise<Count> {
    const look = async () => {
      const last = countsIn(await this.console(id)).at(-1);
      return last && !notBoots.includes(last.boot) && last.count > after ? last : null;
    };
    const last = await until(`${id} counts`, look, { limitMs: BOOT_LIMIT_MS, everyMs: 100 });
    assert.deepEqual(countProblems(countsIn(await this.console(id)), last.boot), []);
    return last;
  }

  /** Whether a server goes on from this count in the same boot, some counts further. */
  async goesOn(id: string, from: Count): Promise<Count> {
    const last = await this.counts(id, { after: from.count + 3 });
    assert.equal(last.boot, from.boot, 'the guest has begun anew');
    return last;
  }

  /** The arguments of the only process of a server. */
  async commandLine(id: string): Promise<string> {
    const [pid] = (await guestProcesses(this.stateDir)).get(id) ?? [];
    return readFile(`/proc/${pid}/cmdline`, 'latin1');
  }

  /** The migrations of a server as the list of all shows them, the newest first. */
  async migrations(id: string): Promise<readonly unknown[]> {
    return listAt(await this.must('GET', `/compute/v2.1/os-migrations?instance_uuid=${id}`), 'migrations');
  }

  /** Checks that a server has one process, and is on one host alone, with nothing elsewhere. */
  async assertOnlyOn(id: string, host: string): Promise<void> {
    const alone = async () => (guestHosts(this.stateDir).get(id)?.length === 1 ? true : null);
    await until('nothing is left on the other host', alone, { limitMs: BOOT_LIMIT_MS });
    assert.equal(await this.hostOf(id), host);
    assert.deepEqual(guestHosts(this.stateDir).get(id), [host]);
    assert.equal((await guestProcesses(this.stateDir)).get(id)?.length, 1);
  }
}
