import { BODY_BYTES_MAX } from '../middleware/body.ts';

/** Limits of the identity service's front, each with its unit and its consequence. */
export const IDENTITY_HTTP_LIMITS = {
  /** Largest body of a request, in bytes; as Keystone's. */
  bodyBytesMax: BODY_BYTES_MAX,
  /** Longest token that is looked at, in characters. Ours have less than 200. */
  tokenLengthMax: 512,
  /** Tokens whose caller is remembered, at most twice that many. Beyond it a token is checked anew: about 20 µs. */
  tokensRememberedMax: 10_000,
  /** Bytes of all parameters of a path together, and characters of one filter: they become keys of the store, which has a limit. */
  pathParameterBytesMax: 500,
  filterLengthMax: 255,
  /** Longest password, in UTF-16 units. Keystone: 4096. */
  passwordLengthMax: 4_096,
  /** Things in one list; `limit` may ask for fewer. Beyond it a list says `truncated`. */
  listLengthMax: 10_000,
  /** Password hashes computed at once; each takes 32 MiB and a thread of the pool for about 80 ms. */
  hashesAtOnceMax: 2,
  /** Password hashes that may wait. Beyond it a login is answered with 503. */
  hashesWaitingMax: 64,
  /** Logins of one name whose password is checked at once; further ones wait in turn. */
  checksOfNameMax: 2,
  /** Logins of one name that may wait for that. Beyond it a login is answered with 503. */
  checksOfNameWaitingMax: 64,
  /** Wrong passwords of a user in a row before logins have to wait. */
  freeFailuresMax: 5,
  /** Longest wait after wrong passwords, in milliseconds: it doubles from one second. */
  loginWaitMsMax: 60_000,
  /** After so long without a wrong password they are forgotten, in milliseconds. */
  failuresKeptMs: 900_000,
  /**
   * Wrong passwords from one address before its logins have to wait, whatever their names: ten times what a name has, since people
   * share addresses, and fewer than the hashes that may wait, so that one address alone does not fill that queue.
   */
  failuresOfAddressMax: 50,
  /**
   * In so many milliseconds one of these is forgotten: as long as a login from there has to wait at most, and a twentieth of what two
   * hashes at once can check.
   */
  failureOfAddressForgottenMs: 1_000,
  /** Names that have logged in, each from an address, which are let in whatever others from there get wrong; the oldest are forgotten. */
  knownAddressesMax: 10_000,
  /** Users, and addresses, whose wrong passwords are remembered; the oldest are forgotten. */
  failuresRememberedMax: 10_000,
} as const;
