import * as v from 'valibot';
import { setHostDisabled } from '../../../actors/host/client.ts';
import { hosts } from '../../../actors/host/row.ts';
import { instances } from '../../../actors/instance/row.ts';
import { choice } from '../../parameter.ts';
import { echoed, refuse, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { lastOf, object, query } from '../../shape.ts';
import { always } from '../../stepped.ts';
import { withAnyOf } from '../any-of.ts';
import { usageOf } from '../hypervisors/reads.ts';
import { anyText } from '../parameter-types.ts';
import { allServices } from '../services/reads.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

/** Query of GET /os-hosts. */
export const listHosts = query({ zone: always(lastOf(anyText)) }, { unknown: 'drop' });

const onOff = v.optional(choice(['enable', 'disable', 'Enable', 'Disable', 'ENABLE', 'DISABLE']));

/** Body of PUT /os-hosts/{name}. */
export const updateHost = withAnyOf(object({ status: always(onOff), maintenance_mode: always(onOff) }), [
  'status',
  'maintenance_mode',
]);

const unmapped = (name: string) => refuseWith(404, `Host '${echoed(name)}' is not mapped to any cell`);

interface Resources {
  readonly cpu: number;
  readonly memory_mb: number;
  readonly disk_gb: number;
}

const NOTHING: Resources = { cpu: 0, memory_mb: 0, disk_gb: 0 };

const powerAction = (name: 'reboot' | 'shutdown' | 'startup', rule: 'reboot' | 'shutdown' | 'start') =>
  route({
    method: 'GET',
    path: `/os-hosts/{id}/${name}`,
    until: '2.42',
    policy: { rule: `os_compute_api:os-hosts:${rule}`, target: 'none' },
    success: 200,
    handler: ({ params: { id } }, { reader }) =>
      hosts.read(reader, id) === undefined ? unmapped(id) : refuse({ code: 'NotSupported' }),
  });

/** Hosts as they were managed up to 2.42; services and hypervisors have taken over. For administrators. */
export const hostRoutes = [
  route({
    method: 'GET',
    path: '/os-hosts',
    until: '2.42',
    policy: { rule: 'os_compute_api:os-hosts:list', target: 'none' },
    query: listHosts,
    success: 200,
    handler: ({ query: { zone } }, { reader, clock }) => {
      const shown = allServices(reader, clock).filter(
        (service) => !service.disabled && (!zone || service.zone === zone),
      );
      return reply({
        hosts: shown.map(({ host, binary, zone: ownZone }) => ({
          host_name: host,
          service: binary.replace('nova-', ''),
          zone: ownZone,
        })),
      });
    },
  }),
  route({
    method: 'GET',
    path: '/os-hosts/{id}',
    until: '2.42',
    policy: { rule: 'os_compute_api:os-hosts:show', target: 'none' },
    success: 200,
    handler: ({ params: { id: host } }, { reader }) => {
      const inventory = hosts.read(reader, host)?.inventory;
      if (inventory === undefined || inventory === null) return unmapped(host);
      const used = usageOf(reader, host);
      const byProject = new Map<string, Resources>();
      let all = NOTHING;
      for (const id of instances.ids(reader, 'byHost', [host])) {
        const server = instances.read(reader, id);
        if (server === undefined) continue;
        const { vcpus, memoryMib, rootGib, ephemeralGib } = server.flavor;
        const add = (sum: Resources): Resources => ({
          cpu: sum.cpu + vcpus,
          memory_mb: sum.memory_mb + memoryMib,
          disk_gb: sum.disk_gb + rootGib + ephemeralGib,
        });
        byProject.set(server.projectId, add(byProject.get(server.projectId) ?? NOTHING));
        all = add(all);
      }
      const rows: readonly (readonly [string, Resources])[] = [
        ['(total)', { cpu: inventory.vcpus, memory_mb: inventory.memoryMib, disk_gb: inventory.diskGib }],
        ['(used_now)', { cpu: used.vcpus, memory_mb: used.memoryMib, disk_gb: used.diskGib }],
        ['(used_max)', all],
        ...byProject,
      ];
      return reply({ host: rows.map(([project, resources]) => ({ resource: { host, project, ...resources } })) });
    },
  }),
  route({
    method: 'PUT',
    path: '/os-hosts/{id}',
    until: '2.42',
    policy: { rule: 'os_compute_api:os-hosts:update', target: 'none' },
    body: updateHost,
    success: 200,
    handler: async ({ params: { id: host }, body }, { reader, system }) => {
      if (hosts.read(reader, host) === undefined) return unmapped(host);
      // No driver moves its guests away for maintenance.
      if (body.maintenance_mode !== undefined) return refuse({ code: 'NotSupported' });
      const disabled = body.status?.toLowerCase() === 'disable';
      const changed = await setHostDisabled(system, host, disabled, null);
      return changed.ok ? reply({ host, status: disabled ? 'disabled' : 'enabled' }) : refuse(changed.error);
    },
  }),
  powerAction('reboot', 'reboot'),
  powerAction('shutdown', 'shutdown'),
  powerAction('startup', 'start'),
];
