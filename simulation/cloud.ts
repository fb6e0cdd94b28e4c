import type { Reader } from '../runtime/store.ts';
import type { ActorSystem } from '../runtime/system.ts';

/** A cloud of real actors that is played with in virtual time. It is handed in: a simulation knows no store and no driver. */
export interface SimulatedCloud {
  readonly system: ActorSystem;
  /** What is stored. */
  readonly rows: Reader;
  /** Names of its hosts, all of them up. */
  readonly hosts: readonly string[];
  /** Milliseconds since 1970, of virtual time. */
  now(): number;
  /** Lets everything that is under way come to its end without time going on. Throws when it does not. */
  settle(): Promise<void>;
  /** Moves time on, and lets what is due by then come to its end. */
  advanceTo(ms: number): Promise<void>;
  /** Whether its hosts are emptied by moves of instances while time goes on. */
  readonly consolidates: boolean;
  /**
   * Forgets deleted instances, these moves, and how all that has been done until now went (the actions of instances), as
   * retention does in a cloud that runs for years.
   */
  forget(instanceIds: readonly string[], migrationNumbers?: readonly number[]): void;
  stop(): Promise<void>;
}
