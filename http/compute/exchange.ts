import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../drivers/identity.ts';
import { FAULT_TYPE, faultBody } from '../fault-body.ts';
import type { Fault } from '../faults.ts';
import { type Translation, translate } from '../i18n/translate.ts';
import type { AccessLogEntry } from '../middleware/access-log.ts';
import type { Flight } from '../middleware/flight.ts';
import { globalRequestIdOf, newRequestId } from '../middleware/request-id.ts';
import { REPLY_TYPE, type ReplyHeaders } from '../reply.ts';

const VARY = ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'] as const;

/** One request and its answer: what the stages of the pipeline know and tell each other. */
export class Exchange {
  readonly request: Request;
  readonly requestId = newRequestId();
  /** Scheme and host that the request was sent to. */
  readonly origin: string;
  readonly path: string;
  /** The query without its question mark. */
  readonly search: string;
  /** What the version headers of the answer say; null sends none. */
  shownVersion: string | null = null;
  caller: Caller | null = null;
  readonly #incoming: IncomingMessage | undefined;
  readonly #arrivedMs: number;
  #flight: Flight | null = null;

  /**
   * `incoming` is the same request as Node has it: its headers are read without making a Headers object. `arrivedMs` is
   * the monotonic time of its arrival.
   */
  constructor(request: Request, incoming: IncomingMessage | undefined, arrivedMs: number) {
    this.request = request;
    this.#arrivedMs = arrivedMs;
    this.#incoming = incoming;
    const { url } = request;
    const pathAt = url.indexOf('/', url.indexOf('://') + 3);
    const queryAt = url.indexOf('?', pathAt);
    this.origin = url.slice(0, pathAt);
    this.path = queryAt < 0 ? url.slice(pathAt) : url.slice(pathAt, queryAt);
    this.search = queryAt < 0 ? '' : url.slice(queryAt + 1);
  }

  /** Says to the front end which request this is. */
  board(flight: Flight): void {
    this.#flight = flight;
    flight.requestId = this.requestId;
  }

  /** Says to the front end which route it takes. */
  routed(template: string): void {
    if (this.#flight) this.#flight.route = template;
  }

  /** A header of the request; the name in lower case. */
  header(name: string): string | undefined {
    if (this.#incoming === undefined) return this.request.headers.get(name) ?? undefined;
    const value = this.#incoming.headers[name];
    return typeof value === 'string' ? value : value?.join(', ');
  }

  get globalRequestId(): string | null {
    return globalRequestIdOf(this.header('x-openstack-request-id'));
  }

  /** An answer with JSON, or without a body. */
  respond(status: number, json: string | null, extra: ReplyHeaders | null): Response {
    return this.send(status, json, status === 204 ? null : REPLY_TYPE, extra);
  }

  /** A fault of the API, in the client's language. */
  fault(fault: Fault): Response {
    const { status, message, retryAfterSeconds } = fault;
    const extra = retryAfterSeconds === undefined ? null : { 'Retry-After': String(retryAfterSeconds) };
    const translation = this.translation(message);
    const body = faultBody(status, translation?.message ?? message, retryAfterSeconds);
    if (translation === null) return this.send(status, body, FAULT_TYPE, extra);
    return this.send(status, body, FAULT_TYPE, { ...extra, ...this.languageHeaders(translation) });
  }

  /** A message in the client's language; null when that is English. */
  translation(message: string): Translation | null {
    return translate(message, this.header('accept-language'));
  }

  /** What an answer in another language than English says of it. */
  languageHeaders({ language }: Translation): ReplyHeaders {
    const vary = this.shownVersion === null ? [] : VARY;
    return { 'Content-Language': language, Vary: [...vary, 'Accept-Language'] };
  }

  /** Any answer. A plain record of headers is what the Node adapter writes without making objects of its own. */
  send(status: number, body: string | null, type: string | null, extra: ReplyHeaders | null): Response {
    const { requestId, shownVersion } = this;
    const headers: Record<string, string | readonly string[]> =
      shownVersion === null
        ? { 'x-openstack-request-id': requestId, 'x-compute-request-id': requestId }
        : {
            'OpenStack-API-Version': `compute ${shownVersion}`,
            'X-OpenStack-Nova-API-Version': shownVersion,
            Vary: VARY,
            'x-openstack-request-id': requestId,
            'x-compute-request-id': requestId,
          };
    if (type !== null) headers['Content-Type'] = type;
    if (extra !== null) Object.assign(headers, extra);
    return new Response(body, { status, headers });
  }

  /** What the access log says of it. `finishedMs` is on the same clock as its arrival. */
  logEntry(status: number, finishedMs: number): AccessLogEntry {
    return {
      requestId: this.requestId,
      globalRequestId: this.globalRequestId,
      method: this.request.method,
      path: this.path,
      status,
      durationMs: finishedMs - this.#arrivedMs,
      userId: this.caller?.userId ?? null,
      projectId: this.caller?.projectId ?? null,
      microversion: this.shownVersion,
    };
  }
}
