/**
 * The name of a guest on its hypervisor. Nova counts instances; ours have no number, so it is made of the last digits of
 * the UUID: the first ones are the time, and alike for instances made together.
 */
export const instanceNameOf = (instanceId: string): string => `instance-${instanceId.slice(-8)}`;
