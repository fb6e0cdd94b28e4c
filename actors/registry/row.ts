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

/** Metadata key of an aggregate that makes its hosts an availability zone. */
export const ZONE_KEY = 'availability_zone';

/** A set of hosts with something in common that is written in its metadata: a zone, a tenant, a trait. */
export interface Aggregate {
  /** Counts the aggregates made: the id of the API. */
  readonly number: number;
  readonly uuid: string;
  readonly name: string;
  /** Names of hosts, in the order in which they came. */
  readonly hosts: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number | null;
}

/** By `numberKey`, so that all of them are in the order of their numbers. */
export const aggregates = table<Aggregate, 'byName'>({
  name: 'aggregate',
  indexes: { byName: (aggregate) => [aggregate.name] },
});

/** Cells that are told of aggregates, by name. */
export const aggregateListeners = table<{ readonly cell: string }>({ name: 'aggregate-listener' });

/** A number as a part of a key: sorts like the number. The row id of an aggregate. */
export const numberKey = (number: number): string => String(number).padStart(10, '0');

/** What placing servers of a group together or apart means. `soft-`: as far as possible. */
export const GROUP_POLICIES = ['anti-affinity', 'affinity', 'soft-anti-affinity', 'soft-affinity'] as const;
export type GroupPolicy = (typeof GROUP_POLICIES)[number];

/** A set of servers that are placed with regard to each other. Its members are found by `instances`, index `byGroup`. */
export interface ServerGroup {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly userId: string;
  readonly policy: GroupPolicy;
  /** Of `anti-affinity`: how many servers of the group one host may have; null: one. */
  readonly maxServersPerHost: number | null;
  readonly createdAtMs: number;
  /** Counts the groups made: lists are in this order. */
  readonly number: number;
}

/** By the group's UUID; the indexes are in the order of creation. */
export const serverGroups = table<ServerGroup, 'byProject' | 'all'>({
  name: 'server-group',
  indexes: {
    byProject: (group) => [group.projectId, numberKey(group.number)],
    all: (group) => [numberKey(group.number)],
  },
});
