import { table } from '../../runtime/table.ts';

/** A flavor: a size that instances come in. */
export interface Flavor {
  /** The id of the API: any text, unique among flavors. */
  readonly flavorId: string;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly rootGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  readonly rxtxFactor: number;
  readonly description: string | null;
  readonly isPublic: boolean;
  readonly disabled: boolean;
  readonly extraSpecs: Readonly<Record<string, string>>;
  /** Projects that may use it although it is not public. */
  readonly access: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number | null;
}

/** By the flavor's id. */
export const flavors = table<Flavor, 'byName'>({
  name: 'flavor',
  indexes: { byName: (flavor) => [flavor.name] },
});

/** A public key of a user, given to instances. */
export interface Keypair {
  readonly userId: string;
  readonly name: string;
  readonly type: 'ssh' | 'x509';
  readonly publicKey: string;
  /** MD5 of the key (ssh) or SHA-1 of the certificate (x509), in hexadecimal pairs joined by colons. */
  readonly fingerprint: string;
  readonly createdAtMs: number;
  /** Counts the keypairs made: the number that the API shows. */
  readonly number: number;
}

/** By `keypairId`; a user's keypairs are a range, in the order of their names. */
export const keypairs = table<Keypair>({ name: 'keypair' });

export const keypairId = (userId: string, name: string): string => `${userId}\n${name}`;
/** The start of the ids of all keypairs of a user. */
export const keypairPrefix = (userId: string): string => `${userId}\n`;
