/** The simulation as users run it: built, since tsx would give every closure its name at run time. The types are those of the source. */
const built = (path: string): string => new URL(`../dist/${path}.js`, import.meta.url).href;

export const simulationThreads: typeof import('../composition/simulation-threads.ts') = await import(
  built('composition/simulation-threads')
);
export const azureV1: typeof import('../simulation/trace/azure-v1.ts') = await import(
  built('simulation/trace/azure-v1')
);
export const random: typeof import('../runtime/random.ts') = await import(built('runtime/random'));
