import * as v from 'valibot';
import { explainRequest } from '../actors/cell/client.ts';
import type { CellExplanation, ClaimRequest } from '../actors/cell/protocol.ts';
import { CELL_0, cellMappings } from '../actors/cell-mapping/row.ts';
import { images } from '../actors/image/row.ts';
import { claimRequest } from '../actors/instance/claim-request.ts';
import { type InstanceFlavor, type InstanceImage, instances } from '../actors/instance/row.ts';
import { flavors, serverGroups } from '../actors/registry/row.ts';
import { failed, ok, type Result } from '../runtime/result.ts';
import type { Reader } from '../runtime/store.ts';
import type { ActorSystem } from '../runtime/system.ts';

const DISABLED = 'it is disabled, and gets no new servers';

/** Hosts of one cell that are told of, at most. */
const HOSTS_MAX = 10_000;

const text = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255)));

/** What an operator asks about: a new instance, or one that there is (`server`), as it would be placed again. */
const question = v.object({
  server: text,
  flavor: text,
  image: text,
  zone: text,
  host: text,
  project: text,
  group: text,
  cell: text,
  /** Hints as JSON text. */
  hints: v.optional(v.pipe(v.string(), v.maxLength(65_536)), '{}'),
  forced: v.optional(v.picklist(['0', '1']), '0'),
  hostsMax: v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(HOSTS_MAX)), '100'),
});
type Question = v.InferOutput<typeof question>;

/** What a cell says, or why it says nothing. */
export type Explained = CellExplanation | { readonly cell: string; readonly problem: string };

/** Answers how requests would be decided: reads what they name, and asks every cell that is up and may get the server. */
export class ScheduleExplainer {
  readonly #system: ActorSystem;
  readonly #reader: Reader;
  readonly #cells: () => readonly string[];

  constructor(system: ActorSystem, reader: Reader, cells: () => readonly string[]) {
    this.#system = system;
    this.#reader = reader;
    this.#cells = cells;
  }

  /** Explains what `given` asks about. A failure: a sentence that says what of it cannot be. */
  async explain(given: Readonly<Record<string, string>>): Promise<Result<readonly Explained[], string>> {
    const asked = v.safeParse(question, given);
    if (!asked.success) {
      const [issue] = asked.issues;
      return failed(`${v.getDotPath(issue) ?? 'the question'}: ${issue.message}`);
    }
    const request = this.#requestOf(asked.output);
    if (!request.ok) return request;
    const { cell, hostsMax, server } = asked.output;
    const own = server === undefined ? null : this.#cellOf(server);
    if (own !== null && cell !== undefined && cell !== own) return failed(`the server does not leave its cell, ${own}`);
    const only = own ?? cell;
    const cells = this.#cells().filter((name) => only === undefined || name === only);
    if (cells.length === 0) return failed(`there is no cell ${only}`);
    const told = cells.map((name) =>
      own === null && cellMappings.read(this.#reader, name)?.disabled
        ? { cell: name, problem: DISABLED }
        : this.#ask(name, request.value, hostsMax),
    );
    return ok(await Promise.all(told));
  }

  /** The cell in which a server is moved; null: it has never been in one. */
  #cellOf(server: string): string | null {
    const cell = instances.read(this.#reader, server)?.cell;
    // Without a name it stands in for one whose cell is being chosen.
    return cell === undefined || cell === '' || cell === CELL_0 ? null : cell;
  }

  async #ask(cell: string, request: ClaimRequest, hostsMax: number): Promise<Explained> {
    const told = await explainRequest(this.#system, cell, request, hostsMax);
    return told.ok ? told.value : { cell, problem: told.error.code };
  }

  #requestOf(asked: Question): Result<ClaimRequest, string> {
    return asked.server === undefined ? this.#ofNew(asked) : this.#ofExisting(asked.server, asked);
  }

  /** As an instance that there is would be placed if it had to leave its host. */
  #ofExisting(id: string, asked: Question): Result<ClaimRequest, string> {
    const found = instances.read(this.#reader, id);
    if (found === undefined || found.deletedAtMs !== null) return failed(`there is no server ${id}`);
    const flavor = asked.flavor === undefined ? ok(found.flavor) : this.#flavor(asked.flavor);
    if (!flavor.ok) return flavor;
    const excludedHosts = found.host === null || asked.host === found.host ? [] : [found.host];
    return ok(claimRequest(found, { flavor: flavor.value, host: asked.host ?? null, excludedHosts }));
  }

  #ofNew(asked: Question): Result<ClaimRequest, string> {
    if (asked.flavor === undefined) return failed('a flavor or a server must be named');
    const flavor = this.#flavor(asked.flavor);
    if (!flavor.ok) return flavor;
    const image = asked.image === undefined ? ok(null) : this.#image(asked.image);
    if (!image.ok) return image;
    const group = asked.group === undefined ? null : serverGroups.read(this.#reader, asked.group);
    if (group === undefined) return failed(`there is no server group ${asked.group}`);
    if (!isObject(asked.hints)) return failed('hints: expected an object in JSON');
    const instance = {
      projectId: asked.project ?? '',
      image: image.value,
      requestedZone: asked.zone ?? null,
      serverGroup: group && { id: group.id, policy: group.policy, maxServersPerHost: group.maxServersPerHost },
      schedulerHintsJson: asked.hints,
    };
    const isHostForced = asked.forced === '1' ? true : undefined;
    return ok(
      claimRequest(instance, { flavor: flavor.value, host: asked.host ?? null, excludedHosts: [], isHostForced }),
    );
  }

  #flavor(name: string): Result<InstanceFlavor, string> {
    let found = flavors.read(this.#reader, name);
    if (found === undefined) for (const one of flavors.scan(this.#reader)) if (one.name === name) found = one;
    return found === undefined ? failed(`there is no flavor ${name}`) : ok(found);
  }

  #image(name: string): Result<InstanceImage, string> {
    let found = images.read(this.#reader, name);
    if (found === undefined) for (const one of images.scan(this.#reader)) if (one.name === name) found = one;
    if (found === undefined) return failed(`there is no image ${name}`);
    const { id: imageId, properties, diskFormat } = found;
    const format = diskFormat === 'raw' ? 'raw' : 'qcow2';
    return ok({ imageId, properties, format, contentId: '', sizeBytes: 0, minDiskGib: 0, minRamMib: 0 });
  }
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
