import type { Hono } from 'hono';
import { fault, forbidden } from './faults.ts';
import { type Gate, idOf } from './gate.ts';
import { availabilityZones, extensionsOf, noSuch, notRealised, quotaOf, UNREALISED } from './unrealised.ts';

/** Routes whose answers do not change: what this host has none of, and what it can do. */
export function addFixedRoutes(app: Hono, { version, authenticated }: Gate): void {
  for (const kind of UNREALISED) {
    const all = `${version}/${kind.path}`;
    app.get(
      all,
      authenticated(() => ({ status: 200, body: { [kind.plural]: [] } })),
    );
    app.post(
      all,
      authenticated(() => notRealised(kind)),
    );
    app.all(
      `${all}/:id`,
      authenticated((_, c) => noSuch(kind, idOf(c))),
    );
  }
  app.get(
    `${version}/extensions`,
    authenticated(({ routed }) => ({ status: 200, body: { extensions: extensionsOf(routed) } })),
  );
  app.get(
    `${version}/extensions/:id`,
    authenticated(({ routed }, c) => {
      const extension = extensionsOf(routed).find(({ alias }) => alias === idOf(c));
      if (extension) return { status: 200, body: { extension } };
      return fault(404, 'HTTPNotFound', `Extension with alias ${idOf(c)} does not exist`);
    }),
  );
  app.get(
    `${version}/availability_zones`,
    authenticated(({ routed }) => ({ status: 200, body: { availability_zones: availabilityZones(routed) } })),
  );
  for (const path of [`${version}/quotas/:id`, `${version}/quotas/:id/default`]) {
    app.get(
      path,
      authenticated(({ caller, routed }, c) =>
        caller.isAdmin || caller.projectId === idOf(c)
          ? { status: 200, body: { quota: quotaOf(routed) } }
          : forbidden('get_quota'),
      ),
    );
  }
}
