import { isIPv4, isIPv6 } from 'node:net';
import type { NewSecurityGroupRule } from '../../../actors/network/protocol.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';

/** A rule as a client asks for it; anything may stand in its fields. */
export interface AskedRule {
  readonly ip_protocol?: unknown;
  readonly from_port?: unknown;
  readonly to_port?: unknown;
  readonly cidr?: unknown;
}

/** What a rule lets in, in the words of the network service. */
type Matched = Pick<
  NewSecurityGroupRule,
  'protocol' | 'portRangeMin' | 'portRangeMax' | 'remoteIpPrefix' | 'ethertype'
>;

const PORT_MAX = 65_535;
const ICMP_MAX = 255;

const invalid = (reason: string): Refusal => refuse({ code: 'InvalidInput', reason });

const integerIn = (value: unknown): number | null => {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  if (!/^\s*[+-]?\d{1,9}\s*$/.test(String(value))) return null;
  return Number(value);
};

const isCidr = (text: string): boolean => {
  const [address = '', length = '', ...more] = text.split('/');
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return bits > 0 && more.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
};

/** Why a range of ports, or of ICMP type and code, cannot be; null when it can. Nova: security_group_api.py. */
const rangeProblem = (protocol: string, from: number, to: number): string | null => {
  if (protocol === 'ICMP') {
    const isCode = (value: number): boolean => value >= -1 && value <= ICMP_MAX;
    return isCode(from) && isCode(to) ? null : 'For ICMP, the type:code must be valid';
  }
  if (from > to) return 'Former value cannot be greater than the later';
  return from < 1 || to > PORT_MAX ? `Valid ${protocol} ports should be between 1-65535` : null;
};

/** Reads a rule; with `fromGroup` its source is a group, and ports may be left out for all of them. */
export const matchedBy = (asked: AskedRule, fromGroup: boolean): Matched | Refusal => {
  const { ip_protocol: protocol = null, cidr = null } = asked;
  const prefix = fromGroup ? null : cidr === null || cidr === '' ? '0.0.0.0/0' : String(cidr);
  if (prefix !== null && !isCidr(prefix)) return refuseWith(400, `${prefix.slice(0, 255)} is not a valid IP network.`);
  const ethertype = prefix?.includes(':') ? 'IPv6' : 'IPv4';
  const source = { remoteIpPrefix: prefix, ethertype } as const;
  const isAll = fromGroup && asked.from_port == null && asked.to_port == null;
  const hasPorts =
    protocol !== null && protocol !== '' && (isAll || (asked.from_port != null && asked.to_port != null));
  if (!hasPorts)
    return fromGroup
      ? { ...source, protocol: null, portRangeMin: null, portRangeMax: null }
      : refuseWith(400, 'Not enough parameters to build a valid rule.');
  const name = String(protocol).toUpperCase();
  if (name !== 'TCP' && name !== 'UDP' && name !== 'ICMP')
    return refuseWith(400, `Invalid IP protocol ${String(protocol).slice(0, 255)}.`);
  const [first, last] = name === 'ICMP' ? [-1, -1] : [1, PORT_MAX];
  const from = isAll ? first : integerIn(asked.from_port);
  const to = isAll ? last : integerIn(asked.to_port);
  if (from === null || to === null)
    return invalid(
      name === 'ICMP' ? 'Type and Code must be integers for ICMP protocol type' : 'To and From ports must be integers',
    );
  const problem = rangeProblem(name, from, to);
  if (problem !== null) return refuseWith(400, `Invalid port range ${from}:${to}. ${problem}`);
  const known = (value: number): number | null => (value === -1 ? null : value);
  return { ...source, protocol: name.toLowerCase(), portRangeMin: known(from), portRangeMax: known(to) };
};
