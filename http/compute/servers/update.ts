import { updateInstance } from '../../../actors/instance/client.ts';
import type { InstanceChanges } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { type Answer, encodedReply, type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ComputeServices } from '../services.ts';
import { readServer } from './lookup.ts';
import { serverAnswer } from './rendering.ts';
import type { UpdateServer } from './requests.ts';
import { updatedView } from './views.ts';

type Asked = UpdateServer['server'];

/** Answers PUT /servers/{id}. */
export const updateAnswer = async (
  request: RequestContext & { readonly body: UpdateServer; readonly subject: Instance },
  { system, reader }: ComputeServices,
): Promise<Answer> => {
  const { subject, version } = request;
  const { server: asked } = request.body;
  const { pinned_availability_zone: requestedZone } = asked;
  const refused = requestedZone ? pinRefusal(requestedZone, subject) : null;
  if (refused !== null) return refused;
  const pin = requestedZone === undefined ? {} : { requestedZone };
  const updated = await updateInstance(system, subject.id, { ...changesOf(asked), ...pin });
  if (!updated.ok) return refuse(updated.error);
  const server = readServer(reader, subject.id);
  if (server === undefined) return refuse({ code: 'InstanceNotFound', instanceId: subject.id });
  return encodedReply(serverAnswer(updatedView.at(version), request, reader, server));
};

/** Why a server cannot be pinned to a zone: it is to another one, or it is not there. */
const pinRefusal = (zone: string, { requestedZone, availabilityZone }: Instance): Refusal | null => {
  if (zone === requestedZone) return null;
  if (requestedZone !== null) {
    return refuseWith(
      409,
      'Cannot change pinned availability zone directly. Unpin first by setting pinned_availability_zone to null.',
    );
  }
  return zone === availabilityZone
    ? null
    : refuseWith(
        409,
        `Server can only be pinned to its current availability zone '${availabilityZone ?? 'None'}', but '${zone}' was requested.`,
      );
};

/** What a request asks to change of what a user may change at any time. */
export const changesOf = (asked: Omit<Asked, 'pinned_availability_zone'>): InstanceChanges => ({
  ...(asked.name === undefined ? {} : { name: asked.name }),
  ...(asked.description === undefined ? {} : { description: asked.description }),
  ...(asked.hostname === undefined ? {} : { hostname: asked.hostname }),
  ...(asked.accessIPv4 === undefined ? {} : { accessIpV4: asked.accessIPv4 }),
  ...(asked.accessIPv6 === undefined ? {} : { accessIpV6: asked.accessIPv6 }),
  ...(asked['OS-DCF:diskConfig'] === undefined ? {} : { diskConfig: asked['OS-DCF:diskConfig'] }),
});
