import type { InstanceSpec } from '../../../../actors/instance/protocol.ts';
import { createInstances } from '../../../../actors/project/client.ts';
import { limitsOfBoth } from '../../../../actors/project/row.ts';
import { type Keypair, keypairId, keypairs } from '../../../../actors/registry/row.ts';
import { type LinkContext, selfAndBookmark, selfHref } from '../../../links.ts';
import { type Answer, type Refusal, refuse, refuseWith, reply } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { ComputeServices } from '../../services.ts';
import { requesterOf } from '../lookup.ts';
import type { CreateServer, NewServer } from '../requests.ts';
import { bootOf } from './boot-image.ts';
import { countOf } from './counts.ts';
import { flavorChoice, flavorIdOf } from './flavor-choice.ts';
import { groupChoice, overMembers } from './group-choice.ts';
import { networkChoice } from './network-choice.ts';
import { filesRefusal } from './personality.ts';
import { placementChoice } from './placement-choice.ts';
import { newPassword, newReservationId } from './random-texts.ts';
import { securityGroupChoice } from './security-group-choice.ts';
import { specsOf } from './specs.ts';
import { unsupported } from './unsupported.ts';

/** Answers POST /servers: checks everything that can be known at once, then has the servers made. */
export const createAnswer = async (
  request: RequestContext & { readonly body: CreateServer },
  services: ComputeServices,
): Promise<Answer> => {
  const { body, caller } = request;
  const { reader, quota, random } = services;
  const projectId = caller.projectId ?? '';
  const { ofProject, ofUser } = limitsOfBoth(reader, quota, projectId, caller.userId);
  const { server: asked } = body;
  const flavor = flavorChoice(reader, flavorIdOf(asked.flavorRef), caller);
  if ('kind' in flavor) return flavor;
  const refused =
    unsupported(body, request) ??
    overMetadata(asked, ofUser.metadataItems) ??
    filesRefusal(asked.personality, request, services);
  if (refused !== null) return refused;
  const place = placementChoice(asked, request, reader);
  if ('kind' in place) return place;
  const placed = groupChoice(body, request, services);
  if ('kind' in placed) return placed;
  const keypair = keypairChoice(asked.key_name, request, services);
  if (keypair !== null && 'kind' in keypair) return keypair;
  const boot = await bootOf(asked, asked.max_count ?? asked.min_count ?? 1, flavor, request, services);
  if ('kind' in boot) return boot;
  const count = countOf(asked, flavor, { projectId, userId: caller.userId, ofProject, ofUser }, reader);
  if (typeof count !== 'number') return count;
  const tooMany = overMembers(placed.group, count, ofUser.serverGroupMembers, services);
  if (tooMany !== null) return tooMany;
  if (count > 1 && asked.hostname !== undefined)
    return refuseWith(400, 'Unable to allocate a single hostname to multiple instances');
  const networks = await networkChoice(asked.networks, asked.max_count ?? count, request, services);
  if (networks.kind === 'refusal') return networks;
  const groups = await securityGroupChoice(asked.security_groups, request, services);
  if ('kind' in groups) return groups;

  const adminPassword = asked.adminPass ?? newPassword(random);
  const reservationId = newReservationId(random);
  const diskConfig = asked['OS-DCF:diskConfig'] ?? imageDiskConfig(boot.properties);
  const findings = {
    flavor,
    boot,
    place,
    group: placed.group,
    keypair,
    networks: networks.networks,
    securityGroupIds: groups.ids,
    diskConfig,
    reservationId,
    adminPassword,
  };
  const specs = specsOf(request, count, findings, services);
  const [first] = specs;
  if (first === undefined) return refuseWith(500);
  const shown: Shown = { id: first.id, diskConfig, adminPassword, reservationId, groups: groups.names };
  const wantsReservation = asked.return_reservation_id === true;
  const links = linksOf(request);
  // What waits for the cloud's answer holds this only, and not all of the above: with hundreds of creations under way
  // that would be moved about in memory again and again.
  return createInstances(services.system, specs, requesterOf(request)).then((created) => {
    if (!created.ok) return refuse(created.error);
    return wantsReservation ? reply({ reservation_id: shown.reservationId }) : createdReply(shown, links);
  });
};

/** What an answer shows of what was made. */
interface Shown {
  readonly id: string;
  readonly diskConfig: InstanceSpec['diskConfig'];
  readonly adminPassword: string;
  readonly reservationId: string;
  readonly groups: readonly string[];
}

const linksOf = ({ endpoint, projectInUrl, edition }: LinkContext): LinkContext => ({
  endpoint,
  projectInUrl,
  edition,
});

const createdReply = ({ id, diskConfig, adminPassword, groups }: Shown, links: LinkContext): Answer =>
  reply(
    {
      server: {
        id,
        links: selfAndBookmark(links, 'servers', id),
        'OS-DCF:diskConfig': diskConfig,
        adminPass: adminPassword,
        security_groups: groups.map((name) => ({ name })),
      },
    },
    { headers: { Location: selfHref(links, 'servers', id) } },
  );

const overMetadata = ({ metadata = {} }: NewServer, allowed: number): Refusal | null =>
  allowed >= 0 && Object.keys(metadata).length > allowed ? refuse({ code: 'MetadataLimitExceeded', allowed }) : null;

const keypairChoice = (
  name: string | undefined,
  { caller }: RequestContext,
  { reader }: ComputeServices,
): Keypair | null | Refusal => {
  if (name === undefined) return null;
  return keypairs.read(reader, keypairId(caller.userId, name)) ?? refuseWith(400, 'Invalid key_name provided.');
};

/** Nothing said, the image decides; MANUAL is what Nova shows when it does not either. */
const imageDiskConfig = (properties: Readonly<Record<string, string>>): 'AUTO' | 'MANUAL' =>
  properties['auto_disk_config']?.toLowerCase() === 'true' ? 'AUTO' : 'MANUAL';
