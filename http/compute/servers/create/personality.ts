import type { InjectedFile } from '../../../../actors/instance/row.ts';
import { limitsOfProject } from '../../../../actors/project/row.ts';
import { type Refusal, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { ComputeServices } from '../../services.ts';
import type { NewServer } from '../requests.ts';

type Asked = NewServer['personality'];

/** The files that a request wants in its guests' file systems, up to 2.56. */
export const filesOf = (asked: Asked): readonly InjectedFile[] =>
  (asked ?? []).flatMap(({ path, contents = '' }) => (path === undefined ? [] : [{ path, contents }]));

/** Why files cannot be put into a guest; null: they can. Nova: `_check_injected_file_quota` (compute/api.py). */
export const filesRefusal = (
  asked: Asked,
  { caller }: RequestContext,
  { reader, quota }: Pick<ComputeServices, 'reader' | 'quota'>,
): Refusal | null => {
  if (asked === undefined || asked.length === 0) return null;
  if (asked.some(({ path }) => path === undefined)) return refuseWith(400, 'Bad personality format: missing path');
  const { injectedFiles, injectedPathBytes, injectedFileBytes } = limitsOfProject(
    reader,
    quota,
    caller.projectId ?? '',
  );
  const isOver = (limit: number, used: number): boolean => limit >= 0 && used > limit;
  const files = filesOf(asked);
  if (isOver(injectedFiles, files.length)) return refuseWith(403, 'Personality file limit exceeded');
  if (files.some(({ path }) => isOver(injectedPathBytes, path.length)))
    return refuseWith(403, `Personality file path exceeds maximum ${injectedPathBytes}`);
  // Nova counts the text as it was sent.
  return files.some(({ contents }) => isOver(injectedFileBytes, contents.length))
    ? refuseWith(403, `Personality file content exceeds maximum ${injectedFileBytes}`)
    : null;
};
