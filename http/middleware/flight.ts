import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../runtime/clock.ts';

/** A request under way. The services fill in what they learn of it; all of it is bounded, nothing is the client's text. */
export interface Flight {
  readonly method: Method;
  /** On the monotonic clock, in milliseconds. */
  readonly arrivedMs: number;
  /** The route's template, such as `/compute/v2.1/servers/{id}`; null as long as none is found. Never a path. */
  route: string | null;
  requestId: string | null;
  /** Whether the service itself ends the request when its body stays away. */
  watchesBody: boolean;
  readonly incoming: IncomingMessage | undefined;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'other';

/** A method as a label: one of the usual, or `other`. */
function methodOf(method: string): Method {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'POST':
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
    case 'OPTIONS':
      return method;
    default:
      return 'other';
  }
}

/**
 * How long the body of a request may be on its way, in milliseconds. Uploads of images have their own limit, on silence; they
 * say so themselves once their caller is known: by what a client calls its body anybody could hold a place for ever.
 */
const BODY_MS_MAX = 60_000;
/** How often bodies that take too long are looked for. */
const SWEEP_MS = 10_000;

/** A request in the list of those under way: adding and taking one out costs two writes, and makes no garbage as a Set does. */
class ListedFlight implements Flight {
  readonly method: Method;
  readonly arrivedMs: number;
  readonly incoming: IncomingMessage | undefined;
  route: string | null = null;
  requestId: string | null = null;
  watchesBody = false;
  before: ListedFlight | null = null;
  after: ListedFlight | null = null;
  isListed = true;

  constructor(method: Method, arrivedMs: number, incoming: IncomingMessage | undefined) {
    this.method = method;
    this.arrivedMs = arrivedMs;
    this.incoming = incoming;
  }
}

/** The requests under way. Connections whose request never comes to its end are cut off, so that they hold no place for ever. */
export class Flights {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  /** In the order of their arrival. */
  #first: ListedFlight | null = null;
  #last: ListedFlight | null = null;
  #count = 0;
  #sweeping = false;

  constructor(clock: Pick<Clock, 'monotonic' | 'after'>) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#count;
  }

  begin(method: string, incoming: IncomingMessage | undefined): Flight {
    const flight = new ListedFlight(methodOf(method), this.#clock.monotonic(), incoming);
    flight.before = this.#last;
    if (this.#last === null) this.#first = flight;
    else this.#last.after = flight;
    this.#last = flight;
    this.#count++;
    if (!this.#sweeping) this.#sweepLater();
    return flight;
  }

  /** Ends it, once, and returns how long it took, in milliseconds. */
  end(flight: Flight): number {
    if (flight instanceof ListedFlight && flight.isListed) this.#unlist(flight);
    return this.#clock.monotonic() - flight.arrivedMs;
  }

  /** Those under way longest come first; at most `limit`. */
  oldest(limit: number): readonly (Pick<Flight, 'method' | 'route' | 'requestId'> & { readonly ageMs: number })[] {
    const now = this.#clock.monotonic();
    const found = [];
    for (let at = this.#first; at !== null && found.length < limit; at = at.after) {
      const { method, route, requestId, arrivedMs } = at;
      found.push({ method, route, requestId, ageMs: now - arrivedMs });
    }
    return found;
  }

  #unlist(flight: ListedFlight): void {
    const { before, after } = flight;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    flight.isListed = false;
    this.#count--;
  }

  #sweepLater(): void {
    this.#sweeping = true;
    this.#clock.after(SWEEP_MS, () => {
      this.#sweeping = false;
      const arrivedBefore = this.#clock.monotonic() - BODY_MS_MAX;
      for (let at = this.#first; at !== null && at.arrivedMs <= arrivedBefore; at = at.after) {
        const { incoming } = at;
        if (incoming && !incoming.complete && !at.watchesBody) incoming.destroy();
      }
      if (this.#count > 0) this.#sweepLater();
    });
  }
}
