import type { Policy } from './policy.ts';

/** The first host, in order of registration, that has room. */
export const firstFit: Policy = {
  name: 'first-fit',
  compile: () => ({ of: () => 0, bound: () => 0 }),
};
