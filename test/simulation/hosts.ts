import type { AttachedHypervisor } from '../../actors/driver-effects.ts';
import type { GuestEvent } from '../../drivers/hypervisor.ts';
import type { SimFaults } from '../../drivers/sim/faults.ts';
import { createSimHypervisor, createSimWorld, type SimHypervisor, type SimWorld } from '../../drivers/sim/index.ts';
import type { Clock } from '../../runtime/clock.ts';
import { smallHost } from '../drivers/small-host.ts';

export const HOST_MEMORY_MIB = 4_096;

const LATENCY = { spawn: { minMs: 0, maxMs: 3_000 }, stop: 500, reboot: 800, delete: { minMs: 0, maxMs: 900 } };
const UNREACHABLE = { ok: false, error: { code: 'Unreachable', reason: 'the machine is off' } } as const;

/** What the drivers of a world are made with. */
export interface DriverParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly faults: SimFaults;
}

/** A machine with a hypervisor, which outlives the controller and its drivers, and can lose its power or its network. */
export class SimulatedHost {
  readonly name: string;
  readonly world: SimWorld = createSimWorld();
  readonly #parts: DriverParts;
  #state: 'on' | 'cut off' | 'off' = 'on';
  #boots = 1;
  #driver: SimHypervisor | null = null;
  #listener: (event: GuestEvent) => void = () => {};

  constructor(name: string, parts: DriverParts) {
    this.name = name;
    this.#parts = parts;
  }

  get isOn(): boolean {
    return this.#state === 'on';
  }

  /** A controller has started: it finds the host as it is. */
  attach(listener: (event: GuestEvent) => void): AttachedHypervisor {
    this.#listener = listener;
    let driver = this.#newDriver();
    const current = (): SimHypervisor => {
      driver = this.#driver ?? driver;
      return driver;
    };
    const boots = (): number => this.#boots;
    return {
      get hypervisor() {
        return current();
      },
      get bootId() {
        return `boot-${boots()}`;
      },
      connect: async () => (this.#state === 'off' ? UNREACHABLE : current().start()),
    };
  }

  /** The controller has died. */
  detach(): void {
    this.#listener = () => {};
    void this.#driver?.close();
  }

  /** The power goes: every guest ends, and every order under way. */
  losePower(): void {
    this.#state = 'off';
    this.#driver?.losePower();
    void this.#driver?.close();
  }

  /** The power is back. */
  powerOn(): void {
    this.#state = 'on';
    this.#boots++;
    this.#newDriver();
  }

  /** The network between controller and host goes, or is back; guests do not notice. */
  setCutOff(isCutOff: boolean): void {
    this.#state = isCutOff ? 'cut off' : 'on';
    this.#driver?.setReachable(!isCutOff);
  }

  /** A guest shuts itself down, or crashes. */
  endGuest(instanceId: string, power: 'stopped' | 'crashed'): void {
    this.#driver?.changePower(instanceId, power, 'by itself');
  }

  #newDriver(): SimHypervisor {
    const driver = createSimHypervisor({
      ...this.#parts,
      inventory: inventoryOf(this.name),
      latency: LATENCY,
      world: this.world,
    });
    driver.setReachable(this.#state === 'on');
    driver.subscribe((event) => this.#listener(event));
    this.#driver = driver;
    return driver;
  }
}

const inventoryOf = (host: string) =>
  smallHost({ vcpus: 8, memoryMib: HOST_MEMORY_MIB, diskGib: 1_000, hypervisorHostname: host });
