import type { RequestMetrics } from '../metrics/requests.ts';
import type { Admission } from './admission.ts';
import type { Flight, Flights } from './flight.ts';
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

/** Where the path of an absolute URL begins. */
const pathStart = (url: string): number => url.indexOf('/', url.indexOf('://') + 3);

/** The path of an absolute URL. */
function pathOf(url: string): string {
  const from = pathStart(url);
  if (from < 0) return '/';
  const to = url.indexOf('?', from);
  return to < 0 ? url.slice(from) : url.slice(from, to);
}

/**
 * What every request goes through first: it is let in or refused, counted, and timed. Not a middleware of Hono, which
 * would make each request asynchronous that need not be. It stands before every read: nothing is made here that need not be.
 */
export function atTheDoor(serve: Serve, { flights, admission, requests, exempt }: DoorOptions): Serve {
  const exemptLengthMax = Math.max(0, ...[...exempt].map((path) => path.length));
  /** Most paths are too long to be exempt: no text is cut out and looked up for them. */
  const isExempt = (url: string): boolean =>
    (url.length - pathStart(url) <= exemptLengthMax || url.includes('?')) && exempt.has(pathOf(url));
  const finish = (flight: Flight, response: Response): Response => {
    requests.answered(flight.route, flight.method, response.status, flights.end(flight));
    return response;
  };
  const late = async (flight: Flight, answered: Promise<Response>): Promise<Response> => {
    let response: Response;
    try {
      response = await answered;
    } catch (error) {
      flights.end(flight);
      throw error;
    }
    return finish(flight, response);
  };
  return (request, env) => {
    const { url } = request;
    if (isExempt(url)) return serve(request, env);
    if (admission.refusal(flights.count) !== null) return overloaded(pathOf(url));
    const flight = flights.begin(request.method, env?.incoming);
    let answered: Response | Promise<Response>;
    try {
      // Not spread: one shape of object for all requests.
      answered = serve(request, { incoming: env?.incoming, outgoing: env?.outgoing, flight });
    } catch (error) {
      flights.end(flight);
      throw error;
    }
    return answered instanceof Promise ? late(flight, answered) : finish(flight, answered);
  };
}
