/** The scheduler as users run it: built, since tsx would give every closure its name at run time. The types are those of the source. */
const built = (path: string): string => new URL(`../dist/${path}.js`, import.meta.url).href;

export const hostTable: typeof import('../actors/scheduler/host-table.ts') = await import(
  built('actors/scheduler/host-table')
);
export const rules: typeof import('../actors/scheduler/rules.ts') = await import(built('actors/scheduler/rules'));
export const scheduler: typeof import('../actors/scheduler/scheduler.ts') = await import(
  built('actors/scheduler/scheduler')
);
export const options: typeof import('../actors/scheduler/options.ts') = await import(built('actors/scheduler/options'));
export const fitWanted: typeof import('../actors/scheduler/fit-wanted.ts') = await import(
  built('actors/scheduler/fit-wanted')
);
