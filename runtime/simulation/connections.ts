import { messageKey } from '../outbox.ts';
import type { Random } from '../random.ts';
import { ActorSystem } from '../system.ts';
import type { Link, ToClient, ToShard } from '../transport.ts';
import type { Place } from './chooser.ts';
import type { FaultRates } from './fault-rates.ts';
import { type Direction, type SimulatedConnection, simulatedLink } from './simulated-link.ts';
import type { SimulatedShard } from './simulated-shard.ts';
import { lastTaken } from './stored-messages.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The client's name. */
const CLIENT = 'client';
const RECONNECT_MS_MAX = 40;
const ASKS_IN_FLIGHT_MAX = 10_000;

/** A pair that is connected whenever both live: two shards, or the client and a shard. */
interface Pair {
  readonly place: Place;
  readonly near: SimulatedShard | null;
  readonly far: SimulatedShard;
  open: { break(arrives: boolean): void } | null;
}

/** What the connections of a world are made of. */
interface ConnectionsOptions {
  readonly time: VirtualClock;
  readonly random: Random;
  readonly place: (name: string) => Place;
  readonly rates: FaultRates;
  readonly shardOf: (kind: string, id: string) => string;
  readonly violated: (rule: string, text: string) => void;
}

/** The connections of a world: they are made when both ends live, break, and are made anew. */
export class Connections {
  readonly system: ActorSystem;
  readonly #options: ConnectionsOptions;
  readonly #shards: SimulatedShard[] = [];
  readonly #pairs: Pair[] = [];
  readonly #places = new Map<string, Place>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    const { time, shardOf, random } = options;
    this.system = new ActorSystem({
      client: CLIENT,
      clock: time,
      random,
      shardOf,
      asksInFlightMax: ASKS_IN_FLIGHT_MAX,
    });
  }

  /** A shard has begun a life: it is connected with the client and every shard that lives. */
  started(shard: SimulatedShard): void {
    if (!this.#shards.includes(shard)) this.#add(shard);
    for (const pair of this.#pairs) if (pair.near === shard || pair.far === shard) this.#connect(pair);
  }

  /** A shard's life has ended, and its connections with it. What it has sent may still arrive. */
  ended(shard: SimulatedShard): void {
    for (const pair of this.#pairs) if (pair.near === shard || pair.far === shard) this.#break(pair);
  }

  /** An occasion for connections to break. */
  disturb(): void {
    for (const pair of this.#pairs) {
      if (pair.place.fault(this.#options.rates.link) === null) continue;
      this.#break(pair);
      this.#options.time.after(pair.place.upTo(RECONNECT_MS_MAX), () => this.#connect(pair));
    }
  }

  #add(shard: SimulatedShard): void {
    for (const near of [null, ...this.#shards]) {
      const place = this.#options.place(`${near?.name ?? CLIENT}-${shard.name}.link`);
      this.#pairs.push({ place, near, far: shard, open: null });
    }
    this.#shards.push(shard);
  }

  #break(pair: Pair): void {
    if (!pair.open) return;
    pair.open.break(pair.place.upTo(2) === 0);
    pair.open = null;
    if (!pair.near) this.system.disconnect(pair.far.name);
  }

  #connect(pair: Pair): void {
    if (pair.open || !pair.far.shard || pair.near?.shard === null) return;
    if (pair.near) this.#connectShards(pair, pair.near);
    else this.#connectClient(pair);
  }

  #connectClient(pair: Pair): void {
    const { far } = pair;
    const { time } = this.#options;
    const life = far.life;
    const connection: SimulatedConnection<ToShard, ToClient> = simulatedLink(
      time,
      this.#direction(CLIENT, far.name, () => far.shard !== null && far.life === life),
      this.#direction(far.name, CLIENT, () => true),
    );
    far.shard?.connectClient(CLIENT, connection.far);
    this.system.connect(far.name, connection.near);
    pair.open = connection;
  }

  #connectShards(pair: Pair, near: SimulatedShard): void {
    const { far } = pair;
    const [nearLife, farLife] = [near.life, far.life];
    const connection: SimulatedConnection<ToShard, ToShard> = simulatedLink(
      this.#options.time,
      this.#direction(
        near.name,
        far.name,
        () => far.shard !== null && far.life === farLife,
        this.#watch(near, far.name),
      ),
      this.#direction(
        far.name,
        near.name,
        () => near.shard !== null && near.life === nearLife,
        this.#watch(far, near.name),
      ),
    );
    const connect = (shard: SimulatedShard, peer: string, link: Link<ToShard, ToShard>): void =>
      shard.shard?.connectPeer(peer, link);
    connect(near, far.name, connection.near);
    connect(far, near.name, connection.far);
    pair.open = connection;
  }

  #direction<T>(from: string, to: string, isReceiving: () => boolean, onSend?: (item: T) => void): Direction<T> {
    const name = `${from}>${to}`;
    let place = this.#places.get(name);
    if (!place) {
      place = this.#options.place(name);
      this.#places.set(name, place);
    }
    return { place, chances: this.#options.rates.message, isReceiving, ...(onSend && { onSend }) };
  }

  /** What a shard may tell another: only what it has stored. */
  #watch(from: SimulatedShard, to: string): (sent: ToShard) => void {
    const { violated } = this.#options;
    return (sent) => {
      if (sent.type === 'numbered') {
        for (const { sequence } of sent.messages) {
          if (from.disk.get(messageKey(to, sequence)) !== undefined) continue;
          violated(
            'messages leave after their commit',
            `${from.name} sends ${sequence} to ${to}, and has not stored it`,
          );
        }
      } else if (sent.type === 'acknowledge') {
        const taken = lastTaken(from.disk, to);
        if (sent.sequence === null || taken >= sent.sequence) return;
        const text = `${from.name} acknowledges ${sent.sequence} of ${to}, and has stored ${taken}`;
        violated('messages are acknowledged after the commit that takes them', text);
      }
    };
  }
}
