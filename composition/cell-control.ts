import { changeCell, createCell, deleteCell, deleteHost, ensureCells } from '../actors/cell-mapping/client.ts';
import type { CellRefusal } from '../actors/cell-mapping/protocol.ts';
import { API_CELL, cellMappings } from '../actors/cell-mapping/row.ts';
import type { ComputeError } from '../actors/errors.ts';
import { setHostDisabled } from '../actors/host/client.ts';
import { hosts } from '../actors/host/row.ts';
import { instances } from '../actors/instance/row.ts';
import type { Reader } from '../runtime/store.ts';
import type { ActorSystem } from '../runtime/system.ts';
import type { ThreadNotice } from '../runtime/threads/notices.ts';
import type { ShardThreads } from '../runtime/threads/shard-threads.ts';
import { type CellLine, cellLines, type HostLine, hostLines, type Verified, verified } from './cell-lines.ts';
import type { CellStores } from './cell-stores.ts';

/** What the commands on cells work with. */
export interface CellControlOptions {
  readonly system: ActorSystem;
  readonly stores: CellStores;
  /** Everything that can be read, whatever its cell. */
  readonly reader: Reader;
  readonly threads: Pick<ShardThreads, 'close' | 'reopen' | 'isOpen'>;
  /** Opens the shard of a cell that is new, and adds it to `cells`. Rejects when it cannot be opened. */
  readonly addShard: (cell: string) => Promise<void>;
  /** The cells that this process runs. */
  readonly cells: readonly string[];
}

/** Why something was not done, in a sentence, and the exit status that Nova gives it; 0: it was done. */
export interface CellAnswer {
  readonly status: number;
  readonly text: string;
}

/** Why a host that an operator has taken out of its cell is disabled. */
const TAKEN_OUT = 'taken out of its cell';

const done = (text: string): CellAnswer => ({ status: 0, text });

/** The commands on the cells of a running cloud. Exit statuses are those of `nova-manage cell_v2`. */
export class CellControl {
  readonly #options: CellControlOptions;

  constructor(options: CellControlOptions) {
    this.#options = options;
  }

  /** Tells the keeper of the mappings which cells cannot be written now: they get no new instances. Called at the start. */
  async tellDown(): Promise<void> {
    const { cells, stores, threads } = this.#options;
    for (const cell of cells) await this.#setAway(cell, stores.down.has(cell) || !threads.isOpen(cell));
  }

  /** Takes note of a shard that has gone, or is back. */
  async noticed(notice: ThreadNotice): Promise<void> {
    if (notice.type === 'shardAway') await this.#setAway(notice.shard, true);
    if (notice.type !== 'shardBack') return;
    const { stores } = this.#options;
    const isBack = !stores.down.has(notice.shard) || (await stores.up(notice.shard));
    if (isBack) await this.#setAway(notice.shard, false);
  }

  /** The api's own shard cannot be told that it is away, and a cloud with one cell has no choice. */
  async #setAway(cell: string, down: boolean): Promise<void> {
    const { reader, system, cells } = this.#options;
    if (cell === API_CELL || !cells.includes(cell)) return;
    if ((cellMappings.read(reader, cell)?.down === true) !== down) await changeCell(system, cell, { down });
  }

  /** Names of the cells that are up, without those that were deleted since the start. */
  up(): readonly string[] {
    const { reader, stores, cells } = this.#options;
    const isKnown = (cell: string): boolean => cell === API_CELL || cellMappings.read(reader, cell) !== undefined;
    return cells.filter((cell) => isKnown(cell) && !stores.down.has(cell));
  }

  list(): readonly CellLine[] {
    const { reader, stores, threads, cells } = this.#options;
    const isUp = (cell: string): boolean => cells.includes(cell) && !stores.down.has(cell) && threads.isOpen(cell);
    return cellLines(reader, isUp);
  }

  hosts(cell: string | null): readonly HostLine[] {
    return hostLines(this.#options.reader, cell);
  }

  verify(instanceId: string): Verified {
    return verified(this.#options.reader, instanceId);
  }

  /**
   * Makes a cell, and runs it. A cloud that has one cell alone has to be started again for that: its shard keeps no mappings, and the
   * front end reads one store.
   */
  async create(cell: string, disabled: boolean): Promise<CellAnswer> {
    const { system, stores, cells, addShard } = this.#options;
    const runsNow = cells.length > 1;
    // Nothing is given to it before it runs.
    const created = await createCell(system, cell, disabled || runsNow);
    if (!created.ok) return refusalOf(created.error, 2);
    if (!runsNow)
      return done(
        `${cell} is known; the next start of the cloud runs it, as it has one cell alone now. ${NO_HOSTS_YET}`,
      );
    try {
      // The reader comes first: it marks a new store.
      if (!(await stores.up(cell))) throw new Error('its store cannot be read; the log says why');
      if (!cells.includes(cell)) await addShard(cell);
    } catch (error) {
      stores.setDown(cell);
      const why = error instanceof Error ? error.message : String(error);
      return { status: 2, text: `${cell} is known, disabled, and does not run: ${why}` };
    }
    const told = await ensureCells(system, [{ name: cell, hosts: [] }]);
    const changed = told.ok && !disabled ? await changeCell(system, cell, { disabled }) : told;
    return changed.ok ? done(`${cell} runs. ${NO_HOSTS_YET}`) : refusalOf(changed.error, 2);
  }

  async setDisabled(cell: string, disabled: boolean): Promise<CellAnswer> {
    if (cell === API_CELL && this.#options.cells.length === 1)
      return { status: 2, text: 'The only cell of a cloud cannot be disabled; its hosts can.' };
    const changed = await changeCell(this.#options.system, cell, { disabled });
    return changed.ok ? done(`${cell} is ${disabled ? 'disabled' : 'enabled'}.`) : refusalOf(changed.error, 1);
  }

  /** Closes the shard of a cell. Its instances go on, and cannot be seen or changed until it is started again. */
  async stop(cell: string): Promise<CellAnswer> {
    const { system, stores, threads, cells } = this.#options;
    const changed = await changeCell(system, cell, { stopped: true });
    if (!changed.ok) return refusalOf(changed.error, 1);
    stores.setDown(cell);
    if (cells.includes(cell)) await threads.close(cell);
    return done(`${cell} is stopped.`);
  }

  async start(cell: string): Promise<CellAnswer> {
    const { system, stores, threads, cells } = this.#options;
    const changed = await changeCell(system, cell, { stopped: false });
    if (!changed.ok) return refusalOf(changed.error, 1);
    if (!cells.includes(cell)) return done(`The next start of the cloud runs ${cell}.`);
    await threads.reopen(cell);
    if (!(await stores.up(cell))) return { status: 2, text: `The store of ${cell} cannot be read; the log says why.` };
    await changeCell(system, cell, { down: false });
    return done(`${cell} runs.`);
  }

  async delete(cell: string, force: boolean): Promise<CellAnswer> {
    const { system, stores, cells } = this.#options;
    if (stores.down.has(cell) && cells.includes(cell))
      return { status: 3, text: `${cell} is down, so nobody knows what it has. Start it first.` };
    const deleted = await deleteCell(system, cell, force);
    return deleted.ok
      ? done(`${cell} is not part of the cloud any more; its store stays where it is.`)
      : refusalOf(deleted.error, 1);
  }

  async deleteHost(cell: string, host: string): Promise<CellAnswer> {
    const { system, reader } = this.#options;
    const row = hosts.read(reader, host);
    if (!this.list().some(({ name }) => name === cell)) return { status: 1, text: `There is no cell ${cell}.` };
    if (!row) return { status: 2, text: `There is no host ${host}.` };
    if (row.cell !== cell) return { status: 3, text: `The host ${host} is in ${row.cell}.` };
    for (const _ of instances.ids(reader, 'byHost', [host], { limit: 1 }))
      return { status: 4, text: `The host ${host} has instances.` };
    const disabled = await setHostDisabled(system, host, true, TAKEN_OUT);
    if (!disabled.ok) return refusalOf(disabled.error, 255);
    const deleted = await deleteHost(system, cell, host);
    return deleted.ok ? done(`The host ${host} is in no cell.`) : refusalOf(deleted.error, 2);
  }

  /** Maps the hosts that are in no cell's mapping, each to where it has been seen. */
  async discover(cell: string | null): Promise<CellAnswer & { readonly found: readonly string[] }> {
    const { system, reader } = this.#options;
    if (cell !== null && !this.list().some(({ name }) => name === cell))
      return { status: 1, text: `There is no cell ${cell}.`, found: [] };
    const found = this.hosts(cell).filter(({ isMapped }) => !isMapped);
    for (const { host, cell: of } of found) {
      const mapped = await ensureCells(system, [{ name: of, hosts: [host] }]);
      if (!mapped.ok) return { ...refusalOf(mapped.error, 1), found: [] };
      if (hosts.read(reader, host)?.disabledReason === TAKEN_OUT) await setHostDisabled(system, host, false, null);
    }
    return { ...done(`${found.length} hosts were mapped.`), found: found.map(({ host }) => host) };
  }
}

/** What operators want to know of a new cell: hosts that there are stay where they are. */
const NO_HOSTS_YET = 'It has no hosts yet: new ones come to it at a start with a share for it in the setting "cells".';

/** A refusal as a sentence. `otherwise`: the exit status of those that Nova has none of its own for. */
function refusalOf(error: CellRefusal | ComputeError, otherwise: number): CellAnswer {
  switch (error.code) {
    case 'CellNotFound':
      return { status: 1, text: `There is no cell ${error.cell}.` };
    case 'CellExists':
      return { status: 2, text: `There is a cell ${error.cell} already.` };
    case 'HostNotMapped':
      return { status: 2, text: `The host ${error.host} is not mapped to ${error.cell}.` };
    case 'CellInUse':
      switch (error.what) {
        case 'api':
          return { status: 2, text: `${error.cell} shares its store with the API, and cannot be without it.` };
        case 'hosts':
          return { status: 2, text: `${error.cell} has hosts. Take them out with delete_host, or say --force.` };
        case 'instances':
          return { status: 3, text: `${error.cell} has instances.` };
      }
      break;
    default:
      return { status: otherwise, text: `The cloud refuses: ${error.code}.` };
  }
}
