import { failed, ok, type Result } from '../../runtime/result.ts';
import type { ClaimRequest, NoHost } from '../cell/protocol.ts';
import type { HostColumns } from './columns.ts';
import { fitsGroup, groupPreference, type HostCounts } from './group-members.ts';

/** How many hosts each filter has refused, in the order in which the filters are asked. */
interface Refusals {
  unavailable: number;
  excluded: number;
  zone: number;
  group: number;
  vcpus: number;
  memory: number;
  disk: number;
}

/**
 * Picks the host for a request: of those that pass all filters the one with the most free memory, as Nova's
 * `RAMWeigher` with its default multiplier spreads instances; the first in order of registration among equals. What a
 * server group wishes comes before the memory. `groupHosts`: where the servers of the request's group are.
 */
export function pickHost(
  columns: HostColumns,
  request: ClaimRequest,
  groupHosts: HostCounts = new Map(),
): Result<string, NoHost> {
  const { demand } = request;
  const group = request.group ?? null;
  const refused: Refusals = { unavailable: 0, excluded: 0, zone: 0, group: 0, vcpus: 0, memory: 0, disk: 0 };
  const only = request.host === null ? null : columns.row(request.host);
  let best = -1;
  let bestFree = Number.NEGATIVE_INFINITY;
  let bestPreference = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < columns.count; row++) {
    if (only !== null && row !== only) {
      refused.excluded++;
      continue;
    }
    if (columns.available[row] !== 1) {
      refused.unavailable++;
      continue;
    }
    const freeMemory = (columns.memoryMib[row] ?? 0) - (columns.usedMemoryMib[row] ?? 0);
    if (freeMemory < demand.memoryMib) {
      refused.memory++;
      continue;
    }
    const preference = group === null ? 0 : groupPreference(group, columns.names[row] ?? '', groupHosts);
    // What cannot win need not be looked at further; it only matters to the explanation, which has a winner then.
    if (preference < bestPreference || (preference === bestPreference && freeMemory <= bestFree)) continue;
    if ((columns.vcpus[row] ?? 0) - (columns.usedVcpus[row] ?? 0) < demand.vcpus) {
      refused.vcpus++;
      continue;
    }
    if ((columns.diskGib[row] ?? 0) - (columns.usedDiskGib[row] ?? 0) < demand.diskGib) {
      refused.disk++;
      continue;
    }
    if (request.zone !== null && columns.zones[row] !== request.zone) {
      refused.zone++;
      continue;
    }
    if (request.excludedHosts.length > 0 && request.excludedHosts.includes(columns.names[row] ?? '')) {
      refused.excluded++;
      continue;
    }
    if (group !== null && !fitsGroup(group, columns.names[row] ?? '', groupHosts)) {
      refused.group++;
      continue;
    }
    best = row;
    bestFree = freeMemory;
    bestPreference = preference;
  }
  const host = columns.names[best];
  return host === undefined ? failed(noHost(columns.count, request, refused)) : ok(host);
}

function noHost(hosts: number, request: ClaimRequest, refused: Refusals): NoHost {
  const { demand } = request;
  const causes = [
    `${refused.unavailable} disabled or down`,
    `${refused.excluded} not asked for or already tried`,
    `${refused.memory} without ${demand.memoryMib} MiB of free memory`,
    `${refused.vcpus} without ${demand.vcpus} free vCPUs`,
    `${refused.disk} without ${demand.diskGib} GiB of free disk`,
    `${refused.zone} in another zone than ${request.zone ?? 'any'}`,
    `${refused.group} against the ${request.group?.policy ?? 'no'} policy of the server group`,
  ].filter((cause) => !cause.startsWith('0 '));
  return {
    code: 'NoValidHost',
    // Nova's words: conductor and clients look for them.
    reason: 'No valid host was found. There are not enough hosts available.',
    details: `Of ${hosts} hosts: ${causes.length > 0 ? causes.join(', ') : 'none is known yet'}.`,
  };
}
