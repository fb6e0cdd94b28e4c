import type { RequestMetrics } from '../metrics/requests.ts';
import type { Admission } from './admission.ts';
import type { Flights } from './flight.ts';
import { overloaded } from './overloaded.ts';
import type { RequestBindings } from './route-name.ts';

/** What answers requests: a Hono app's `fetch`. */
export type Serve = (request: Request, env?: RequestBindings) => Response | Promise<Response>;

/** What the door is made of. */
export interface DoorOptions {
  readonly flights: Flights;
  readonly admission: Admission;
  readonly requests: RequestMetrics;
  /** Paths that are always let in and not counted: what tells how the service is doing must answer also when it does badly. */
  readonly exempt: ReadonlySet<string>;
}

/** The path of an absolute URL. */
function pathOf(url: string): string {
  const from = url.indexOf('/', url.indexOf('://') + 3);
  if (from < 0) return '/';
  const to = url.indexOf('?', from);
  return to < 0 ? url.slice(from) : url.slice(from, to);
}

/**
 * What every request goes through first: it is let in or refused, counted, and timed. Not a middleware of Hono, which
 * would make each request asynchronous that need not be.
 */
export function atTheDoor(serve: Serve, { flights, admission, requests, exempt }: DoorOptions): Serve {
  return (request, env) => {
    const path = pathOf(request.url);
    if (exempt.has(path)) return serve(request, env);
    if (admission.refusal(flights.count) !== null) return overloaded(path);
    const flight = flights.begin(request.method, env?.incoming);
    const finish = (response: Response): Response => {
      requests.answered(flight.route, flight.method, response.status, flights.end(flight));
      return response;
    };
    const fail = (error: unknown): never => {
      flights.end(flight);
      throw error;
    };
    let answered: Response | Promise<Response>;
    try {
      answered = serve(request, { ...env, flight });
    } catch (error) {
      return fail(error);
    }
    return answered instanceof Promise ? answered.then(finish, fail) : finish(answered);
  };
}
