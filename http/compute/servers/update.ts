import { updateInstance } from '../../../actors/instance/client.ts';
import type { InstanceChanges } from '../../../actors/instance/protocol.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import { type Answer, encodedReply, refuse, refuseWith } from '../../reply.ts';
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
  const zone = asked.pinned_availability_zone;
  if (zone !== undefined && zone !== subject.requestedZone) {
    return refuseWith(409, 'Changing the availability zone that a server is pinned to is not supported.');
  }
  const updated = await updateInstance(system, subject.id, changesOf(asked));
  if (!updated.ok) return refuse(updated.error);
  const server = readServer(reader, subject.id);
  if (server === undefined) return refuse({ code: 'InstanceNotFound', instanceId: subject.id });
  return encodedReply(serverAnswer(updatedView.at(version), request, reader, server));
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
