import { type Environment, openEnvironment } from '../storage/lmdb-environment.ts';
import { byClients } from './clients.ts';
import { type Commit, type Writes, writesOfAnother, writesOfOneLife } from './writes.ts';

/** Of the history that ours and the reference live through: instances that stay, hosts, instances that come and go. */
export const INSTANCES = 1_000;
export const HOSTS = 1_000;
export const CREATES = 4_000;

/** Of the creations and of the removals of a round: in how many commits they are made, or how many a second. */
export interface Grouping {
  readonly create: number;
  readonly delete: number;
}

/**
 * A bare LMDB environment that makes the same durable writes as a cloud: those of instances that stay, then rounds of
 * creations and removals; what is removed has been there.
 */
export class BareLives {
  readonly #environment: Environment;
  readonly #life: Writes;

  private constructor(environment: Environment, life: Writes) {
    this.#environment = environment;
    this.#life = life;
  }

  /** With the instances that stay, after a round that does not count. */
  static async open(file: string): Promise<BareLives> {
    const bare = new BareLives(openEnvironment(file, 'sync'), await writesOfOneLife());
    await bare.#byWriters(bare.#lives(INSTANCES).map(({ create }) => create));
    await bare.round(null);
    return bare;
  }

  /**
   * Creations and removals a second. With a grouping, in so many commits, one after the other. Without, from as many
   * writers as ours has clients, each of which waits for its own commits and for nothing else; lmdb groups them.
   */
  async round(grouping: Grouping | null): Promise<Grouping> {
    const lives = this.#lives(CREATES);
    const creations = lives.map(({ create }) => create);
    const removals = lives.map(({ delete: removal }) => removal);
    if (grouping === null) {
      return { create: await this.#byWriters(creations), delete: await this.#byWriters(removals) };
    }
    return {
      create: await this.#inCommits(creations, grouping.create),
      delete: await this.#inCommits(removals, grouping.delete),
    };
  }

  close(): Promise<void> {
    return this.#environment.close();
  }

  #lives(count: number): readonly Writes[] {
    return Array.from({ length: count }, () => writesOfAnother(this.#life, HOSTS));
  }

  async #byWriters(each: readonly (readonly Commit[])[]): Promise<number> {
    const { rate } = await byClients(each.length, async (index) => {
      for (const rows of each[index] ?? []) await this.#environment.batch(() => this.#write(rows));
    });
    return rate;
  }

  async #inCommits(each: readonly (readonly Commit[])[], commits: number): Promise<number> {
    const all = inTurns(each, commits);
    const startMs = performance.now();
    let next = 0;
    for (let commit = 1; commit <= commits; commit++) {
      const until = Math.round((commit * all.length) / commits);
      await this.#environment.batch(() => {
        for (; next < until; next++) this.#write(all[next] ?? []);
      });
    }
    return (each.length * 1_000) / (performance.now() - startMs);
  }

  #write(rows: Commit): void {
    for (const { key, bytes } of rows) {
      if (bytes === null) this.#environment.remove(key);
      else this.#environment.put(key, Buffer.alloc(bytes, 7));
    }
  }
}

/** The commits of many lives as they come in turn: the second one of a life when those of a group have made their first. */
function inTurns(each: readonly (readonly Commit[])[], commits: number): readonly Commit[] {
  const apart = Math.ceil(each.length / commits);
  return each
    .flatMap((rows, life) => rows.map((commit, nth) => ({ commit, at: life + nth * apart })))
    .sort((a, b) => a.at - b.at)
    .map(({ commit }) => commit);
}
