import type { InstanceSpec } from '../../../../actors/instance/protocol.ts';
import type { InstanceFlavor, PlacementTerms } from '../../../../actors/instance/row.ts';
import type { NetworkChoice } from '../../../../actors/network/protocol.ts';
import type { Keypair } from '../../../../actors/registry/row.ts';
import type { RequestContext } from '../../../request.ts';
import type { ComputeServices } from '../../services.ts';
import { type CreateServer, describedByName } from '../requests.ts';
import type { Boot } from './boot-image.ts';
import { type GroupChoice, hintsOf } from './group-choice.ts';
import { hostnameOf } from './hostname.ts';
import { filesOf } from './personality.ts';
import type { ChosenPlace } from './placement-choice.ts';

/** What was found and made for the servers of one request, besides what the request itself says. */
export interface Findings {
  readonly flavor: InstanceFlavor;
  readonly boot: Boot;
  readonly place: ChosenPlace;
  readonly group: GroupChoice['group'];
  readonly keypair: Keypair | null;
  readonly networks: NetworkChoice;
  readonly securityGroupIds: readonly string[];
  readonly diskConfig: InstanceSpec['diskConfig'];
  readonly reservationId: string;
  readonly adminPassword: string;
}

/** A specification while it is being put together. */
type Draft = { -readonly [K in keyof InstanceSpec]: InstanceSpec[K] };

/** The servers of a request; several have a number behind their name. */
export function specsOf(
  request: Pick<RequestContext, 'version'> & { readonly body: CreateServer },
  count: number,
  findings: Findings,
  services: Pick<ComputeServices, 'random' | 'overdue' | 'buildAttemptsMax'>,
): InstanceSpec[] {
  const { body, version } = request;
  const { server: asked } = body;
  const { boot, keypair, place } = findings;
  const tags = [...new Set(asked.tags ?? [])];
  const files = filesOf(asked.personality);
  const schedulerHintsJson = hintsOf(body);
  const terms = placementTerms(place, services);
  const build = services.overdue?.build;
  return Array.from({ length: count }, (_, launchIndex): InstanceSpec => {
    const id = services.random.uuid();
    const name = count === 1 ? asked.name : `${asked.name}-${launchIndex + 1}`;
    // Written out, and not spread from what the servers have in common with some more behind it: V8 makes that one field
    // at a time (measured: 7 µs, against 0.05).
    const spec: Draft = {
      id,
      name,
      hostname: asked.hostname ?? hostnameOf(name, id),
      launchIndex,
      description: asked.description ?? (describedByName.at(version) ? asked.name : null),
      requestedZone: place.zone,
      requestedHost: place.host,
      reservationId: findings.reservationId,
      flavor: findings.flavor,
      image: boot.image,
      keyName: keypair?.name ?? null,
      metadata: asked.metadata ?? {},
      tags,
      configDrive: asked.config_drive ?? boot.properties['img_config_drive'] === 'mandatory',
      accessIpV4: asked.accessIPv4 ?? null,
      accessIpV6: asked.accessIPv6 ?? null,
      diskConfig: findings.diskConfig,
      securityGroups: findings.securityGroupIds,
      networks: findings.networks,
      schedulerHintsJson,
      serverGroup: findings.group,
      bootData: {
        userData: asked.user_data ?? null,
        publicKey: keypair?.publicKey ?? null,
        keyType: keypair?.type ?? null,
        adminPassword: findings.adminPassword,
        ...(files.length > 0 ? { files } : {}),
      },
    };
    if (boot.blockDevices.length > 0) spec.blockDevices = boot.blockDevices;
    if (build) spec.build = build;
    if (terms) spec.placement = terms;
    return spec;
  });
}

/** How the servers are placed, where that is not as usual. */
function placementTerms(
  { isHostForced }: ChosenPlace,
  { buildAttemptsMax: attemptsMax }: Pick<ComputeServices, 'buildAttemptsMax'>,
): PlacementTerms | null {
  if (!isHostForced && attemptsMax === undefined) return null;
  return { ...(isHostForced ? { isHostForced } : {}), ...(attemptsMax ? { attemptsMax } : {}) };
}
