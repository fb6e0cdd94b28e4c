import type { ProgressListener } from '../actors/driver-effects.ts';
import { host } from '../actors/host/protocol.ts';
import { instance } from '../actors/instance/protocol.ts';
import { realClock } from '../runtime/clock.ts';
import type { Shard } from '../runtime/shard.ts';
import { ActorSystem } from '../runtime/system.ts';
import type { ToClient, ToShard } from '../runtime/transport.ts';
import { localLink } from '../runtime/transports/local.ts';
import type { Hypervisors } from './hypervisors.ts';

/**
 * Tells actors what drivers tell: hosts of what happens to guests by itself, instances of how far their migration is. What is lost
 * in a crash is seen at the next look, or told again.
 */
export class DriverEvents {
  readonly #hypervisors: Hypervisors;
  #system: ActorSystem | null = null;
  #ends: readonly (() => void)[] = [];

  constructor(hypervisors: Hypervisors) {
    this.#hypervisors = hypervisors;
  }

  /** Begins to tell the actors of a shard. */
  open(shard: Shard): void {
    const { near, far } = localLink<ToShard, ToClient>(realClock);
    const system = new ActorSystem({
      client: 'drivers',
      clock: realClock,
      shardOf: () => shard.name,
      asksInFlightMax: 0,
    });
    shard.connectClient('drivers', far);
    system.connect(shard.name, near);
    this.#system = system;
    this.#ends = [...this.#hypervisors].map(([name, { hypervisor }]) =>
      hypervisor.subscribe(({ instanceId, power, reason }) => {
        system.tell(host.at(name), { type: 'guestChanged', instanceId, power, reason });
      }),
    );
  }

  readonly progressed: ProgressListener = (instanceId, migration, progress) => {
    this.#system?.tell(instance.at(instanceId), { type: 'migrationProgressed', migration, progress });
  };

  close(): void {
    for (const end of this.#ends) end();
    this.#system?.close();
    this.#system = null;
  }
}
