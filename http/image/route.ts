import type { Requester } from '../../actors/image/row.ts';
import type { Caller, IdentityTokens } from '../../drivers/identity.ts';
import type { ImageStore } from '../../drivers/images.ts';
import { failed, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { faultOf, type ImageFailure, type ImageFault } from './faults.ts';

/** What the routes work with. */
export interface ImageServices {
  readonly system: ActorSystem;
  readonly reader: Reader;
  readonly store: ImageStore;
  readonly identity: IdentityTokens;
  /** Uploads under way at once. Beyond it further ones get 503. */
  readonly uploadsMax: number;
  /** Of these, of one project. Beyond it further ones of that project get 503. */
  readonly uploadsOfProjectMax: number;
  /** How long an upload may bring no byte before it is given up, in milliseconds. */
  readonly uploadIdleMsMax: number;
  /** Called when a content may have become unused: composition then sweeps the store. */
  readonly contentFreed: () => void;
  /** Hears of a failure of the store that the client is not told about in detail. */
  readonly notice: (reason: string) => void;
}

/** A request whose caller is known. */
export interface ImageRequest {
  readonly services: ImageServices;
  readonly caller: Caller;
  readonly requester: Requester;
  /** A parameter of the path: any text. */
  param(name: string): string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  /** The JSON body of routes that have one; null otherwise. */
  readonly body: unknown;
  /** The bytes of the body, once. Only for routes with `takesBytes`. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** A positive answer. */
export interface ImageReply {
  readonly status: number;
  readonly json?: unknown;
  readonly stream?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer: a reply, or a fault. */
export type ImageAnswer = Result<ImageReply, ImageFault>;

/** A route of the API, below `/v2`. */
export interface ImageRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Media types of its JSON body; none: it has no such body. */
  readonly mediaTypes?: readonly string[];
  readonly handle: (request: ImageRequest) => ImageAnswer | Promise<ImageAnswer>;
}

/** The answer that a failure becomes. */
export const refused = (error: ImageFailure): ImageAnswer => failed(faultOf(error));

/** An answer that says no in so many words. */
export const fault = (status: number, message: string): { readonly ok: false; readonly error: ImageFault } =>
  failed({ status, message });
