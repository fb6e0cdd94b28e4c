import type { Caller } from '../drivers/identity.ts';
import type { PolicyRule } from './compute/policies.ts';
import type { Microversion } from './microversions.ts';
import type { OwnerTarget } from './policy.ts';
import type { Refusal } from './reply.ts';

/**
 * Which address of the API was called: v2.1 with its microversions, or the legacy v2, which is microversion 2.1 checked less
 * strictly (unknown keys are dropped, names are trimmed). It is the first segment of links.
 */
export type Edition = 'v2.1' | 'v2';

/** The part of a request that does not depend on its route. Links and paging are built from it. */
export interface RequestContext {
  readonly caller: Caller;
  readonly version: Microversion;
  readonly edition: Edition;
  /** `req-` and a UUID; names the request in logs, in instance actions and towards other services. */
  readonly requestId: string;
  /** The request id of the service that called, when it sent one. */
  readonly globalRequestId: string | null;
  /** Start of bookmark links: scheme, host and the service's prefix, without a slash at the end. */
  readonly endpoint: string;
  /** The project id of the URL, when it has one: links repeat it. */
  readonly projectInUrl: string | null;
  /** The query as it came, without the question mark; empty when there is none. For next links. */
  readonly search: string;
  /** Whether the caller may do this: for what a view shows or hides. No target: the caller's own project and user. */
  allows(rule: PolicyRule, target?: OwnerTarget): boolean;
  /** Null when the caller may do this, else the 403 to answer with. */
  refusalOf(rule: PolicyRule, target?: OwnerTarget): Refusal | null;
}

/** A request whose path, body and query have passed the route's checks. */
export interface ApiRequest<Name extends string, Body, Query, Subject> extends RequestContext {
  /** The decoded parameters of the path. Any text without a slash: they are not checked further. */
  readonly params: Readonly<Record<Name, string>>;
  readonly body: Body;
  readonly query: Query;
  /** What the route's `subject` has looked up. */
  readonly subject: Subject;
}
