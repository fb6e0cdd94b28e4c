import { setHostDisabled } from '../../actors/host/client.ts';
import { hosts } from '../../actors/host/row.ts';
import {
  annotateInstance,
  changeLiveMigration,
  lockInstance,
  resetInstanceState,
  triggerCrashDump,
  updateInstance,
} from '../../actors/instance/client.ts';
import { instances } from '../../actors/instance/row.ts';
import type { Known } from './clients.ts';
import type { World } from './world.ts';

/** Whoever does it: what a user may not do an administrator does. */
const ADMIN = { userId: 'u0', projectId: 'p0', isAdmin: true };

/** What was asked for without an answer may still be done, as long as it waits in a mailbox before a slow or full disk. */
const UNTOLD_MS = 120_000;

/** What is no operation, done beside them: by users, and by administrators who do not know what is under way. */
const ASIDES: readonly ((world: World, id: string, requestId: string, known: Known) => Promise<unknown>)[] = [
  (world, id) =>
    annotateInstance(world.system, id, {
      type: 'setMetadata',
      metadata: { at: String(world.clock.now()) },
      replace: false,
      itemsMax: -1,
      isAdmin: true,
    }),
  (world, id) => annotateInstance(world.system, id, { type: 'addTag', tag: 'seen' }),
  (world, id) => updateInstance(world.system, id, { description: 'seen' }),
  (world, id, requestId) => triggerCrashDump(world.system, id, { ...ADMIN, requestId }),
  async (world, id, requestId) => {
    const requester = { ...ADMIN, requestId };
    const locked = await lockInstance(world.system, id, { type: 'lock', reason: null, requester });
    await world.sleep(locked.ok ? world.upTo(2_000) : UNTOLD_MS);
    // An answer that was lost says nothing.
    await unlock(world, id);
  },
  async (world, id, requestId) => {
    const move = instances.read(world.rows, id)?.move;
    const what = world.happens(0.7) ? 'abortMigration' : 'forceMigration';
    if (move) await changeLiveMigration(world.system, id, move.migration, what, { ...ADMIN, requestId });
  },
  async (world, id, requestId, known) => {
    // What it resets must have a guest: a state that is set by hand is the administrator's own doing. So is a guest that
    // was off at that moment, for what was given up.
    const row = instances.read(world.rows, id);
    known.stopsAsked.add(id);
    if (row?.vmState === 'active') await resetInstanceState(world.system, id, 'active', { ...ADMIN, requestId });
  },
  async (world) => {
    const name = world.hosts[world.upTo(world.hosts.length)]?.name ?? '';
    const disabled = await setHostDisabled(world.system, name, true, 'maintenance');
    await world.sleep(disabled.ok ? world.upTo(5_000) : UNTOLD_MS);
    while (hosts.read(world.rows, name)?.disabled === true) {
      await setHostDisabled(world.system, name, false, null);
      await world.sleep(200);
    }
  },
];

/** Takes away a lock, which would keep the user of an instance from everything. */
export async function unlock(world: World, id: string): Promise<void> {
  while (isLocked(world, id)) {
    await lockInstance(world.system, id, {
      type: 'unlock',
      requester: { ...ADMIN, requestId: `req-${world.random.uuid()}` },
    });
    await world.sleep(200);
  }
}

/** One that is deleted meanwhile stays as it was. */
function isLocked(world: World, id: string): boolean {
  const row = instances.read(world.rows, id);
  return row?.locked === true && row.deletedAtMs === null;
}

/** Does one of these things, whatever comes of it. */
export async function doAside(world: World, id: string, known: Known): Promise<void> {
  const aside = ASIDES[world.upTo(ASIDES.length)];
  await aside?.(world, id, `req-${world.random.uuid()}`, known);
}
