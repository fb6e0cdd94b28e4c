import { isJsonObject } from '../../../http/parameter.ts';
import type { HostileCase } from './cases.ts';

/** What came back. */
export interface HostileAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly hasRequestId: boolean;
}

const NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  422: 'computeFault',
  429: 'overLimit',
  501: 'notImplemented',
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const shapeProblem = ({ status, type, text }: HostileAnswer): string | null => {
  if (type.startsWith('text/plain'))
    return status === 404 || status === 413 ? null : 'a plain text that is none of the router';
  const body = parsed(text);
  if (!isJsonObject(body)) return 'no JSON object';
  const [name, ...others] = Object.keys(body);
  if (name === undefined || others.length > 0) return 'not one key';
  // The middleware in front of the API has a shape of its own.
  const expected = status === 401 ? 'error' : (NAMES[status] ?? 'computeFault');
  const fault = body[name];
  if (name !== expected) return `the fault is called ${name}`;
  if (!isJsonObject(fault) || fault['code'] !== status || typeof fault['message'] !== 'string')
    return 'no code or message';
  return /\bat .*\.ts:\d+|node_modules|TypeError|RangeError/.test(text) ? 'tells of our code' : null;
};

/** Why an answer is wrong; null when it is right. `secrets`: texts of a project that no other may read. */
export const problemOf = (
  sent: HostileCase,
  answer: HostileAnswer,
  hasChanged: boolean,
  secrets: readonly string[],
): string | null => {
  const { status, text } = answer;
  const isRefused = status >= 400;
  if (status >= 500 && status !== 501) return `answers ${status}`;
  if (isRefused) {
    if (hasChanged) return `answers ${status} and has changed something`;
    if (!answer.hasRequestId) return 'has no request id';
    const problem = shapeProblem(answer);
    if (problem !== null) return problem;
  } else if (!sent.mayPass) return `answers ${status} to ${sent.kind}`;
  if (sent.headers['X-Auth-Token'] !== 'stranger') return null;
  const sentText = `${sent.path} ${typeof sent.body === 'string' ? sent.body : ''}`;
  const told = secrets.find((secret) => text.includes(secret) && !sentText.includes(secret));
  return told === undefined ? null : `tells another project ${told}`;
};
