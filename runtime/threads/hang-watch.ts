import { type HeartbeatData, Heartbeats, isDebugged } from './heartbeat.ts';
import type { MainHangPlan } from './main-watch.ts';
import type { ThreadSlot } from './thread-slot.ts';

/** Looks, on the main thread, at the heartbeats of all others, and beats for the main thread. */
export class HangWatch {
  readonly #slots: readonly ThreadSlot[];
  readonly #heartbeats: Heartbeats;

  constructor(slots: readonly ThreadSlot[]) {
    this.#slots = slots;
    this.#heartbeats = Heartbeats.of(slots.length);
  }

  /** What a thread is given that is about to be started; it is watched from its first beat on. */
  heartbeatFor(thread: number, hangMs: number, mainHang: MainHangPlan | null): HeartbeatData {
    this.#heartbeats.reset(thread);
    return { buffer: this.#heartbeats.buffer, thread, hangMs, mainHang };
  }

  /** Beats for the main thread. */
  beat(): void {
    this.#heartbeats.beatMain(isDebugged());
  }

  /** Beats, and tells of each thread that has come to hang since the last look, and for how long. */
  look(nowMs: number, hung: (slot: ThreadSlot, silentMs: number) => void): void {
    this.beat();
    for (const slot of this.#slots) {
      const silentMs = slot.hungForMs(this.#heartbeats.beatsOf(slot.index), nowMs);
      if (silentMs === null) slot.isHung = false;
      else if (!slot.isHung && !isDebugged()) {
        slot.isHung = true;
        hung(slot, silentMs);
      }
    }
  }
}
