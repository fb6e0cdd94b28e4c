import * as v from 'valibot';
import { addMember, type MemberOutcome, removeMember, setMemberStatus } from '../../actors/image/client.ts';
import { type ImageMemberRow, imageMembers, memberId, owns } from '../../actors/image/row.ts';
import { ok } from '../../runtime/result.ts';
import { imageOf } from './images.ts';
import { fault, type ImageAnswer, type ImageRequest, type ImageRoute, refused } from './route.ts';
import { memberView } from './views.ts';

const newMember = v.strictObject({ member: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{1,64}$/)) });
const newStatus = v.strictObject({ status: v.picklist(['pending', 'accepted', 'rejected']) });

const answerOf = (outcome: MemberOutcome): ImageAnswer =>
  outcome.ok ? ok({ status: 200, json: memberView(outcome.value) }) : refused(outcome.error);

/** The memberships that the caller may see: all of an own image, else only that of the caller's project. */
function list(request: ImageRequest): ImageAnswer {
  const { services, requester } = request;
  const found = imageOf(request);
  if (!found.ok) return found;
  if (found.value.visibility !== 'shared') return fault(403, 'Only shared images have members.');
  const all = requester.isAdmin || owns(requester, found.value);
  const rows: ImageMemberRow[] = [];
  for (const id of imageMembers.ids(services.reader, 'byImage', [found.value.id])) {
    const row = imageMembers.read(services.reader, id);
    if (row && (all || row.projectId === requester.projectId)) rows.push(row);
  }
  return ok({ status: 200, json: { members: rows.map(memberView), schema: '/v2/schemas/members' } });
}

function show(request: ImageRequest): ImageAnswer {
  const { services, requester, param } = request;
  const found = imageOf(request);
  if (!found.ok) return found;
  const projectId = param('member');
  const row = imageMembers.read(services.reader, memberId(found.value.id, projectId));
  const mayKnow = requester.isAdmin || owns(requester, found.value) || requester.projectId === projectId;
  if (!row || !mayKnow) return fault(404, `Image ${found.value.id} is not shared with ${projectId}.`);
  return ok({ status: 200, json: memberView(row) });
}

async function add({ services, requester, param, body }: ImageRequest): Promise<ImageAnswer> {
  const parsed = v.safeParse(newMember, body);
  if (!parsed.success) return fault(400, "Invalid value for 'member': it must be the id of a project.");
  return answerOf(await addMember(services.system, requester, param('image'), parsed.output.member));
}

async function setStatus({ services, requester, param, body }: ImageRequest): Promise<ImageAnswer> {
  const parsed = v.safeParse(newStatus, body);
  if (!parsed.success) return fault(400, "Invalid value for 'status': it must be one of: pending, accepted, rejected.");
  const { status } = parsed.output;
  return answerOf(await setMemberStatus(services.system, requester, param('image'), param('member'), status));
}

async function remove({ services, requester, param }: ImageRequest): Promise<ImageAnswer> {
  const outcome = await removeMember(services.system, requester, param('image'), param('member'));
  return outcome.ok ? ok({ status: 204 }) : refused(outcome.error);
}

const JSON_ONLY = ['application/json'];

/** The routes of the projects that an image is shared with. */
export const memberRoutes: readonly ImageRoute[] = [
  { method: 'GET', path: '/images/:image/members', handle: list },
  { method: 'POST', path: '/images/:image/members', mediaTypes: JSON_ONLY, handle: add },
  { method: 'GET', path: '/images/:image/members/:member', handle: show },
  { method: 'PUT', path: '/images/:image/members/:member', mediaTypes: JSON_ONLY, handle: setStatus },
  { method: 'DELETE', path: '/images/:image/members/:member', handle: remove },
];
