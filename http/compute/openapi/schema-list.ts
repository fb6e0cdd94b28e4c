import { MICROVERSIONS, type Microversion, minorOf } from '../../microversions.ts';
import { derived } from '../../stepped.ts';
import { bodySchema, type DocumentedRoute, hasRoute, querySchema } from './operation.ts';

const versionBefore = (version: Microversion): Microversion => MICROVERSIONS[minorOf(version) - 2]?.version ?? version;

/** The ranges of microversions of a route in which nothing changes of what it takes. */
const ranges = (route: DocumentedRoute): object[] => {
  const sources = [route.success, route.body, route.query].filter((source) => source !== null);
  const starts = derived(sources, () => null).starts;
  const inside = [route.from, ...starts.filter((start) => start !== route.from && hasRoute(route, start))].sort(
    (a, b) => minorOf(a) - minorOf(b),
  );
  return inside.map((start, index) => {
    const next = inside[index + 1];
    return {
      min: start,
      max: next === undefined ? route.until : versionBefore(next),
      status: route.success.at(start),
      body: bodySchema(route, start),
      query: querySchema(route, start),
    };
  });
};

/** Everything that requests are checked with: for each operation its ranges of microversions with their JSON Schemas. */
export const schemaList = (routes: readonly DocumentedRoute[]): object => ({
  operations: routes.map((route) => ({
    method: route.method,
    path: route.path,
    action: route.action,
    policy: route.policy?.rule ?? null,
    versions: ranges(route),
  })),
});
