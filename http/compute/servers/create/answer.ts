import type { InstanceSpec } from '../../../../actors/instance/protocol.ts';
import { createInstances } from '../../../../actors/project/client.ts';
import { limitsOfProject, limitsOfUser } from '../../../../actors/project/row.ts';
import { type Keypair, keypairId, keypairs } from '../../../../actors/registry/row.ts';
import { selfAndBookmark, selfHref } from '../../../links.ts';
import { type Answer, type Refusal, refuse, refuseWith, reply } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { ComputeServices } from '../../services.ts';
import { requesterOf } from '../lookup.ts';
import { type CreateServer, describedByName, type NewServer } from '../requests.ts';
import { bootOf } from './boot-image.ts';
import { countOf } from './counts.ts';
import { flavorChoice } from './flavor-choice.ts';
import { groupChoice, hintsOf, overMembers } from './group-choice.ts';
import { hostnameOf } from './hostname.ts';
import { networkChoice } from './network-choice.ts';
import { type ChosenPlace, placementChoice } from './placement-choice.ts';
import { newPassword, newReservationId } from './random-texts.ts';
import { securityGroupChoice } from './security-group-choice.ts';
import { unsupported } from './unsupported.ts';

/** What all servers of a request have in common. */
type Template = Omit<InstanceSpec, 'id' | 'name' | 'hostname' | 'launchIndex'>;

/** Answers POST /servers: checks everything that can be known at once, then has the servers made. */
export const createAnswer = async (
  request: RequestContext & { readonly body: CreateServer },
  services: ComputeServices,
): Promise<Answer> => {
  const { body, caller, version } = request;
  const { reader, quota, random } = services;
  const projectId = caller.projectId ?? '';
  const ofUser = limitsOfUser(reader, quota, projectId, caller.userId);
  const { server: asked } = body;
  const flavor = flavorChoice(reader, asked.flavorRef, caller);
  if ('kind' in flavor) return flavor;
  const refused = unsupported(body, request) ?? overMetadata(asked, ofUser.metadataItems);
  if (refused !== null) return refused;
  const place = placementChoice(asked, request, reader);
  if ('kind' in place) return place;
  const placed = groupChoice(body, request, services);
  if ('kind' in placed) return placed;
  const keypair = keypairChoice(asked.key_name, request, services);
  if (keypair !== null && 'kind' in keypair) return keypair;
  const boot = await bootOf(asked, asked.max_count ?? asked.min_count ?? 1, flavor, request, services);
  if ('kind' in boot) return boot;
  const ofProject = limitsOfProject(reader, quota, projectId);
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
  const template: Template = {
    description: asked.description ?? (describedByName.at(version) ? asked.name : null),
    requestedZone: place.zone,
    requestedHost: place.host,
    reservationId: newReservationId(random),
    flavor,
    image: boot.image,
    keyName: keypair?.name ?? null,
    metadata: asked.metadata ?? {},
    tags: [...new Set(asked.tags ?? [])],
    configDrive: asked.config_drive ?? boot.properties['img_config_drive'] === 'mandatory',
    accessIpV4: asked.accessIPv4 ?? null,
    accessIpV6: asked.accessIPv6 ?? null,
    diskConfig: asked['OS-DCF:diskConfig'] ?? imageDiskConfig(boot.properties),
    securityGroups: groups.ids,
    networks: networks.networks,
    schedulerHintsJson: hintsOf(body),
    serverGroup: placed.group,
    ...(boot.blockDevices.length > 0 ? { blockDevices: boot.blockDevices } : {}),
    ...(services.overdue?.build ? { build: services.overdue.build } : {}),
    ...placementTerms(place, services),
    bootData: {
      userData: asked.user_data ?? null,
      publicKey: keypair?.publicKey ?? null,
      keyType: keypair?.type ?? null,
      adminPassword,
    },
  };
  const specs = specsOf(template, asked, count, () => random.uuid());
  const created = await createInstances(services.system, specs, requesterOf(request));
  if (!created.ok) return refuse(created.error);
  if (asked.return_reservation_id === true) return reply({ reservation_id: template.reservationId });
  const [first] = specs;
  if (first === undefined) return refuseWith(500);
  const server = {
    id: first.id,
    links: selfAndBookmark(request, 'servers', first.id),
    'OS-DCF:diskConfig': template.diskConfig,
    adminPass: adminPassword,
    security_groups: groups.names.map((name) => ({ name })),
  };
  return reply({ server }, { headers: { Location: selfHref(request, 'servers', first.id) } });
};

/** How the servers are placed, where that is not as usual. */
const placementTerms = (
  { isHostForced }: ChosenPlace,
  { buildAttemptsMax: attemptsMax }: ComputeServices,
): Pick<InstanceSpec, 'placement'> => {
  if (!isHostForced && attemptsMax === undefined) return {};
  return { placement: { ...(isHostForced ? { isHostForced } : {}), ...(attemptsMax ? { attemptsMax } : {}) } };
};

/** The servers of a request; several have a number behind their name. */
const specsOf = (template: Template, asked: NewServer, count: number, newId: () => string): InstanceSpec[] =>
  Array.from({ length: count }, (_, launchIndex) => {
    const id = newId();
    const name = count === 1 ? asked.name : `${asked.name}-${launchIndex + 1}`;
    return { ...template, id, name, hostname: asked.hostname ?? hostnameOf(name, id), launchIndex };
  });

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
