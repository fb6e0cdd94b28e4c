import { limitsOfUser } from '../../../actors/project/row.ts';
import { changeRegistry } from '../../../actors/registry/client.ts';
import { type Keypair, keypairId, keypairPrefix, keypairs } from '../../../actors/registry/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { type Page, pageLinks, pageOf } from '../../paging.ts';
import { emptyReply, refuse, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { type Found, routesFor } from '../../route.ts';
import { stepped } from '../../stepped.ts';
import type { ComputeServices } from '../services.ts';
import { createKeypairRow } from './create.ts';
import { createKeypair, listKeypairs, oneKeypair } from './requests.ts';
import { createdKeypair, keypairView, listedKeypair } from './views.ts';

const route = routesFor<ComputeServices>();

/** Pages came with 2.35: before it there is no link to the next one. */
const hasLinks = stepped(false, ['2.35', true]);

/** Whose keypairs a request is about: the caller's own, unless it names a user. The policy is asked about that user. */
const ownerOf = ({ caller }: Pick<RequestContext, 'caller'>, userId: string | undefined): Found<string> => {
  const value = userId ?? caller.userId;
  return { value, target: { user_id: value } };
};

/** A page of a user's keypairs by name; undefined when there is no keypair of the marker's name. */
const keypairPage = (reader: Reader, userId: string, { limit, marker }: Page): Keypair[] | undefined => {
  const idPrefix = keypairPrefix(userId);
  const id = keypairId(userId, marker ?? '');
  if (marker !== null && keypairs.read(reader, id) === undefined) return undefined;
  if (limit === 0) return [];
  if (marker === null) return [...keypairs.scan(reader, { idPrefix, limit })];
  return [...keypairs.scan(reader, { idPrefix, limit, after: keypairs.key(id) })];
};

/** Public keys of users. */
export const keypairRoutes = [
  route({
    method: 'GET',
    path: '/os-keypairs',
    policy: { rule: 'os_compute_api:os-keypairs:index', target: 'subject' },
    query: listKeypairs,
    success: 200,
    subject: (request) => ownerOf(request, request.query.user_id),
    handler: (request, { reader }) => {
      const page = pageOf(request.query);
      const found = keypairPage(reader, request.subject, page);
      if (found === undefined) return refuse({ code: 'MarkerNotFound', marker: page.marker ?? '' });
      const show = listedKeypair.at(request.version);
      const names = found.map((keypair) => keypair.name);
      return reply({
        keypairs: found.map((keypair) => ({ keypair: show(keypair, null) })),
        keypairs_links: hasLinks.at(request.version) ? pageLinks(request, 'os-keypairs', page, names) : undefined,
      });
    },
  }),
  route({
    method: 'POST',
    path: '/os-keypairs',
    policy: { rule: 'os_compute_api:os-keypairs:create', target: 'subject' },
    body: createKeypair,
    success: stepped(200, ['2.2', 201]),
    subject: (request) => ownerOf(request, request.body.keypair.user_id),
    handler: async (request, services) => {
      const { name, type = 'ssh', public_key: publicKey = null } = request.body.keypair;
      const { caller } = request;
      const limits = limitsOfUser(services.reader, services.quota, caller.projectId ?? '', request.subject);
      const { keyPairs: keyPairsMax } = limits;
      const created = await createKeypairRow(services, { userId: request.subject, name, type, publicKey, keyPairsMax });
      if (!created.ok) return refuse(created.error);
      const { keypair, privateKey } = created.value;
      return reply({ keypair: createdKeypair.at(request.version)(keypair, { privateKey }) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-keypairs/{name}',
    policy: { rule: 'os_compute_api:os-keypairs:show', target: 'subject' },
    query: oneKeypair,
    success: 200,
    subject: (request) => ownerOf(request, request.query.user_id),
    handler: ({ params: { name }, subject: userId, version }, { reader }) => {
      const keypair = keypairs.read(reader, keypairId(userId, name));
      return keypair === undefined
        ? refuse({ code: 'KeypairNotFound', name, userId })
        : reply({ keypair: keypairView.at(version)(keypair, null) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-keypairs/{name}',
    policy: { rule: 'os_compute_api:os-keypairs:delete', target: 'subject' },
    query: oneKeypair,
    success: stepped(202, ['2.2', 204]),
    subject: (request) => ownerOf(request, request.query.user_id),
    handler: async ({ params: { name }, subject: userId }, { system }) => {
      const deleted = await changeRegistry(system, { type: 'deleteKeypair', userId, name });
      return deleted.ok ? emptyReply() : refuse(deleted.error);
    },
  }),
];
