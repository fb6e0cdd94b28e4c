import type { Logger } from 'pino';
import { API_CELL, instanceMappings } from '../actors/cell-mapping/row.ts';
import { instances } from '../actors/instance/row.ts';
import type { Reader } from '../runtime/store.ts';
import { type Durability, type Environment, openEnvironment } from '../storage/lmdb-environment.ts';
import { LmdbReader } from '../storage/lmdb-reader.ts';
import { MergedReader } from '../storage/merged-reader.ts';
import { checkSchema, SchemaMismatch } from '../storage/schema.ts';
import type { PlannedCell } from './cells.ts';
import { shardFile } from './shard-settings.ts';

/** What stores are opened with. */
export interface CellStoresOptions {
  readonly stateDir: string;
  readonly durability: Durability;
  /** Rows that are kept decoded, over all stores. */
  readonly decodedMax: number;
  readonly log: Pick<Logger, 'error'>;
}

/** Keys of instances' rows: the mapping knows in which store each of them is. */
const INSTANCE_KEYS = instances.key('');

/** The stores of a cloud's cells, as the front end reads them: as one. A cell whose store cannot be read, or that is stopped, is down. */
export class CellStores {
  /** The api's own store. */
  readonly api: Reader;
  readonly #options: CellStoresOptions;
  readonly #environments = new Map<string, Environment>();
  /** Of the other cells, as far as they are up. */
  readonly #others = new Map<string, Reader>();
  readonly #down = new Set<string>();

  private constructor(options: CellStoresOptions, environment: Environment) {
    this.#options = options;
    this.#environments.set(API_CELL, environment);
    this.api = new LmdbReader(environment, options.decodedMax);
  }

  /** Opens the api's store. Throws what `openEnvironment` and `checkSchema` throw. */
  static async open(options: CellStoresOptions): Promise<CellStores> {
    const file = shardFile(options.stateDir);
    const environment = openEnvironment(file, options.durability);
    try {
      await checkSchema(environment, file);
    } catch (error) {
      await environment.close();
      throw error;
    }
    return new CellStores(options, environment);
  }

  /** Opens the stores of the other cells. One that cannot be read is down; the log says why. Throws SchemaMismatch. */
  async openCells(cells: readonly Pick<PlannedCell, 'name' | 'isStopped'>[]): Promise<void> {
    for (const { name, isStopped } of cells) {
      if (isStopped) this.setDown(name);
      else if (name !== API_CELL) await this.up(name);
    }
  }

  /** Everything that is stored, whatever its cell; rows of cells that are down are missing. With one cell: its reader itself. */
  reader(cells: readonly string[]): Reader {
    if (cells.length === 1) return this.api;
    const { api: main } = this;
    const placeOf = (key: string): string | undefined =>
      key.startsWith(INSTANCE_KEYS) ? instanceMappings.read(main, key.slice(INSTANCE_KEYS.length))?.cell : undefined;
    return new MergedReader({ main, others: this.#others, placeOf });
  }

  /** The cells that cannot be read, or are stopped. */
  get down(): ReadonlySet<string> {
    return this.#down;
  }

  /** Makes a cell's rows readable. False: they cannot be read. */
  async up(cell: string): Promise<boolean> {
    const { stateDir, durability, decodedMax, log } = this.#options;
    const file = shardFile(stateDir, cell);
    let environment = this.#environments.get(cell);
    try {
      if (!environment) {
        environment = openEnvironment(file, durability);
        this.#environments.set(cell, environment);
        await checkSchema(environment, file);
      }
    } catch (error) {
      if (error instanceof SchemaMismatch) throw error;
      log.error({ err: error, cell }, 'the store of a cell cannot be read');
      this.#environments.delete(cell);
      this.setDown(cell);
      return false;
    }
    this.#others.set(cell, new LmdbReader(environment, decodedMax));
    this.#down.delete(cell);
    return true;
  }

  /** Hides what a cell has, until it is up again. */
  setDown(cell: string): void {
    this.#others.delete(cell);
    this.#down.add(cell);
  }

  async close(): Promise<void> {
    for (const environment of this.#environments.values()) await environment.close();
    this.#environments.clear();
  }
}
