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
  readonly incoming: IncomingMessage | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof METHODS)[number] | 'other';

/** A method as a label: one of the usual, or `other`. */
const methodOf = (method: string): Method => METHODS.find((known) => known === method) ?? 'other';

/** How long the body of a request may be on its way, in milliseconds. Uploads of images have their own limit, on silence. */
const BODY_MS_MAX = 60_000;
/** How often bodies that take too long are looked for. */
const SWEEP_MS = 10_000;

const isUpload = ({ headers }: IncomingMessage): boolean => headers['content-type'] === 'application/octet-stream';

/** The requests under way. Connections whose request never comes to its end are cut off, so that they hold no place for ever. */
export class Flights {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #underWay = new Set<Flight>();
  #sweeping = false;

  constructor(clock: Pick<Clock, 'monotonic' | 'after'>) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#underWay.size;
  }

  begin(method: string, incoming: IncomingMessage | undefined): Flight {
    const arrivedMs = this.#clock.monotonic();
    const flight: Flight = { method: methodOf(method), arrivedMs, route: null, requestId: null, incoming };
    this.#underWay.add(flight);
    this.#sweepLater();
    return flight;
  }

  /** Ends it and returns how long it took, in milliseconds. */
  end(flight: Flight): number {
    this.#underWay.delete(flight);
    return this.#clock.monotonic() - flight.arrivedMs;
  }

  /** Those under way longest come first; at most `limit`. */
  oldest(limit: number): readonly (Pick<Flight, 'method' | 'route' | 'requestId'> & { readonly ageMs: number })[] {
    const now = this.#clock.monotonic();
    const found = [];
    for (const { method, route, requestId, arrivedMs } of this.#underWay) {
      if (found.length >= limit) break;
      found.push({ method, route, requestId, ageMs: now - arrivedMs });
    }
    return found;
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#clock.after(SWEEP_MS, () => {
      this.#sweeping = false;
      const arrivedBefore = this.#clock.monotonic() - BODY_MS_MAX;
      for (const { arrivedMs, incoming } of this.#underWay) {
        if (arrivedMs > arrivedBefore) break;
        if (incoming && !incoming.complete && !isUpload(incoming)) incoming.destroy();
      }
      if (this.#underWay.size > 0) this.#sweepLater();
    });
  }
}
