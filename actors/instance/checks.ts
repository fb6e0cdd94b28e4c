import type { Operation } from './operation.ts';

/** A check before something that is no operation: under which name it is refused, and where it is legal. */
type Check = Pick<Operation, 'action' | 'from'>;

const anywhere = { vmState: 'any', taskState: 'any', launched: false, unlocked: true, placed: false } as const;

/** Where users may do what is no operation. Nova: the decorators of nova.compute.api. */
export const CHECKS = {
  addSecurityGroup: { action: 'addSecurityGroup', from: anywhere },
  removeSecurityGroup: { action: 'removeSecurityGroup', from: anywhere },
  injectNetworkInfo: { action: 'injectNetworkInfo', from: anywhere },
  triggerCrashDump: {
    action: 'trigger_crash_dump',
    from: {
      vmState: ['active', 'paused', 'rescued', 'resized', 'error'],
      taskState: [null],
      launched: true,
      unlocked: true,
      placed: true,
    },
  },
} as const satisfies Readonly<Record<string, Check>>;

/** A name of `CHECKS`. */
export type CheckName = keyof typeof CHECKS;
