import type { IdentitySystem } from '../../actors/identity/client.ts';
import type { Clock } from '../../runtime/clock.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { AddressThrottle } from './address-throttle.ts';
import type { Catalog } from './catalog/catalog.ts';
import { faultOf, type IdentityFailure, type IdentityFault } from './faults.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { Passwords } from './passwords.ts';
import type { IdentityTokenService, ValidToken } from './tokens.ts';

/** What the handlers work with. */
export interface IdentityServices {
  readonly system: IdentitySystem;
  readonly reader: Reader;
  readonly clock: Pick<Clock, 'now'>;
  readonly tokens: IdentityTokenService;
  readonly passwords: Passwords;
  readonly throttle: LoginThrottle;
  readonly addresses: AddressThrottle;
  readonly catalog: Catalog;
  readonly passwordLengthMin: number;
}

/** A request that needs no token. */
export interface OpenRequest {
  readonly services: IdentityServices;
  /** Scheme and host of the public address, without a slash at the end. */
  readonly base: string;
  /** Where it comes from, as `clientAddress` tells; null: it cannot be told. */
  readonly address: string | null;
  /** The parsed body; null for none. */
  readonly body: unknown;
  /** A decoded parameter of the path. */
  param(name: string): string;
  /** The first value of a parameter of the query. */
  query(name: string): string | undefined;
  header(name: string): string | undefined;
}

/** A request with a valid token. */
export interface IdentityRequest extends OpenRequest {
  readonly caller: ValidToken;
}

/** An answer. Refusals are faults. */
export type IdentityAnswer = Result<IdentityReplyBody, IdentityFault>;

/** A good answer: its body is null for none. */
export interface IdentityReplyBody {
  readonly status: number;
  readonly body: object | null;
  readonly headers?: Readonly<Record<string, string>>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may do something. Asked before anything is looked up, so that a 403 tells nothing. */
export type Rule = (request: IdentityRequest) => boolean;

/** A route for whoever has a token. HEAD is answered as GET without the body. */
export interface IdentityRoute {
  readonly method: Method;
  /** Below `/identity/v3`, with parameters as Hono has them: `/users/:user_id`. */
  readonly path: string;
  /** The name of the permission in Keystone's policy: what a 403 tells. */
  readonly action: string;
  readonly rule: Rule;
  readonly handle: (request: IdentityRequest) => IdentityAnswer | Promise<IdentityAnswer>;
}

/** A route for everybody. */
export interface OpenRoute {
  readonly method: Method;
  readonly path: string;
  readonly handle: (request: OpenRequest) => IdentityAnswer | Promise<IdentityAnswer>;
}

/** Rule: the role admin, whatever the token is for. */
export const adminOnly: Rule = ({ caller }) => caller.caller.isAdmin;

/** Rule: any valid token. */
export const anyone: Rule = () => true;

/** Rule: the user that the path names, or an administrator. */
export const selfOrAdmin: Rule = (request) =>
  adminOnly(request) || request.param('user_id') === request.caller.caller.userId;

/** Answers with a body. */
export const reply = (body: object, status = 200): IdentityAnswer => ok({ status, body });

/** Answers 204. */
export const noContent: IdentityAnswer = ok({ status: 204, body: null });

/** Refuses for a reason that only HTTP knows. */
export const refuse = (status: number, message: string): IdentityAnswer => failed({ status, message });

/** Refuses for a failure behind the API. */
export const refuseFor = (error: IdentityFailure): IdentityAnswer => failed(faultOf(error));
