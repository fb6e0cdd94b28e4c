import { keepVolume } from '../../../actors/instance/client.ts';
import type { Instance, InstanceVolume } from '../../../actors/instance/row.ts';
import { offsetPageOf } from '../../paging.ts';
import { NO_OWNER } from '../../policy.ts';
import { emptyReply, refuse, refuseWith, reply } from '../../reply.ts';
import { type Found, routesFor } from '../../route.ts';
import { stepped } from '../../stepped.ts';
import { begun } from '../servers/begin.ts';
import { readServer, serverByServerId } from '../servers/lookup.ts';
import type { ComputeServices } from '../services.ts';
import { attach, attachmentOf, detach, notAttached } from './attach.ts';
import { attachVolume, listAttachments, showAttachment, swapVolume, updateAttachment } from './requests.ts';
import { swap } from './swap.ts';
import { attachedView, attachmentView } from './views.ts';

const route = routesFor<ComputeServices>();
const path = '/servers/{server_id}/os-volume_attachments';
const one = `${path}/{id}` as const;

/** Whether an attachment is answered with what it has become; from 2.101 on the answer is empty. */
const isShown = stepped(true, ['2.101', false]);

const SWAP = 'os_compute_api:os-volumes-attachments:swap';

/** A server whose volume is to be replaced: for that there is a rule of its own, which is asked without an owner. */
const swapOf = ({ value }: Found<Instance>): Found<Instance> => ({ value, target: NO_OWNER, rule: SWAP });

/** Whether another volume than the path's is to be there. */
const isSwap = ({
  params,
  body,
}: {
  readonly params: { readonly id: string };
  readonly body: { readonly volumeAttachment: { readonly volumeId: string } };
}): boolean => body.volumeAttachment.volumeId !== params.id;

/** Volumes of a server. */
export const volumeAttachmentRoutes = [
  route({
    method: 'GET',
    path,
    policy: { rule: 'os_compute_api:os-volumes-attachments:index', target: 'subject' },
    query: listAttachments,
    success: 200,
    subject: serverByServerId,
    handler: ({ subject: server, query, version }) => {
      const { offset, limit } = offsetPageOf(query);
      const volumes = (server.volumes ?? []).slice(offset, offset + limit);
      return reply({ volumeAttachments: volumes.map((volume) => attachmentView.at(version)(volume, server)) });
    },
  }),
  route({
    method: 'POST',
    path,
    policy: { rule: 'os_compute_api:os-volumes-attachments:create', target: 'subject' },
    body: attachVolume,
    success: stepped(200, ['2.101', 202]),
    subject: serverByServerId,
    handler: async (request, services) => {
      const { body, subject, version } = request;
      const refused = await attach(request, services, body.volumeAttachment);
      if (refused !== null) return refused;
      if (!isShown.at(version)) return emptyReply();
      const server = readServer(services.reader, subject.id) ?? subject;
      const attached = attachmentOf(server, body.volumeAttachment.volumeId);
      return attached === undefined
        ? notAttached(server, body.volumeAttachment.volumeId)
        : reply({ volumeAttachment: attachedView.at(version)(attached, server) });
    },
  }),
  route({
    method: 'GET',
    path: one,
    policy: { rule: 'os_compute_api:os-volumes-attachments:show', target: 'subject' },
    query: showAttachment,
    success: 200,
    subject: serverByServerId,
    handler: ({ subject: server, params, version }) => {
      const volume = attachmentOf(server, params.id);
      return volume === undefined
        ? notAttached(server, params.id)
        : reply({ volumeAttachment: attachmentView.at(version)(volume, server) });
    },
  }),
  route({
    method: 'PUT',
    path: one,
    until: '2.84',
    policy: { rule: SWAP, target: 'subject' },
    body: swapVolume,
    success: 202,
    subject: (request, services) => {
      const found = serverByServerId(request, services);
      return 'kind' in found ? found : swapOf(found);
    },
    handler: async (request, services) =>
      (await swap(request, services, request.params.id, request.body.volumeAttachment.volumeId)) ?? emptyReply(),
  }),
  route({
    method: 'PUT',
    path: one,
    from: '2.85',
    policy: { rule: 'os_compute_api:os-volumes-attachments:update', target: 'subject' },
    body: updateAttachment,
    success: 202,
    subject: (request, services) => {
      const found = serverByServerId(request, services);
      return 'kind' in found || !isSwap(request) ? found : swapOf(found);
    },
    handler: async (request, services) => {
      const { subject: server, params, body } = request;
      const asked = body.volumeAttachment;
      const volume = attachmentOf(server, params.id);
      if (volume === undefined) return notAttached(server, params.id);
      const changed = changedField(asked, volume, server);
      if (changed !== null) return refuseWith(400, `The ${changed} property is not mutable`);
      const { delete_on_termination: deleteOnTermination } = asked;
      if (deleteOnTermination !== undefined) {
        const kept = await keepVolume(services.system, server.id, params.id, deleteOnTermination);
        if (!kept.ok) return refuse(kept.error);
      }
      const refused = isSwap(request) ? await swap(request, services, params.id, asked.volumeId) : null;
      return refused ?? emptyReply();
    },
  }),
  route({
    method: 'DELETE',
    path: one,
    policy: { rule: 'os_compute_api:os-volumes-attachments:delete', target: 'subject' },
    success: 202,
    subject: serverByServerId,
    handler: async (request, services) => {
      const { subject: server, params } = request;
      const refused = detach(request, services, attachmentOf(server, params.id), params.id);
      if (refused !== null) return refused;
      return (await begun(request, services, { operation: 'detachVolume', volumeId: params.id })) ?? emptyReply();
    },
  }),
];

/** The field that a request would change although it cannot be; null: none. */
function changedField(
  asked: {
    readonly id?: string | undefined;
    readonly serverId?: string | undefined;
    readonly device?: string | null | undefined;
    readonly tag?: string | undefined;
  },
  volume: InstanceVolume,
  server: Instance,
): 'id' | 'serverId' | 'device' | 'tag' | null {
  if (asked.id !== undefined && asked.id !== volume.volumeId) return 'id';
  if (asked.serverId !== undefined && asked.serverId !== server.id) return 'serverId';
  if (asked.device !== undefined && asked.device !== volume.device) return 'device';
  return asked.tag !== undefined && asked.tag !== volume.tag ? 'tag' : null;
}
