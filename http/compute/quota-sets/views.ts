import { type AllLimits, LIMIT_NAMES, type Usage } from '../../../actors/project/row.ts';
import { always, mapSteps, type Stepped, until } from '../../stepped.ts';
import { type Field, type ViewFields, viewOf } from '../field-view.ts';

/** What a set is of, and what is there of what it limits. */
export interface QuotaSight {
  /** Null: not shown. */
  readonly id: string | null;
  readonly usage: Usage;
  readonly serverGroups: number;
}

type Key = keyof AllLimits;
type Show = (limit: number, used: number) => unknown;

// What else is limited is counted where it is asked for: for each server, user or group.
const usedOf = (key: Key, { usage, serverGroups }: QuotaSight): number =>
  key === 'instances' || key === 'cores' || key === 'ramMib' ? usage[key] : key === 'serverGroups' ? serverGroups : 0;

const here = always(true);

/** Where the keys of a set are shown; a key that is not named is shown everywhere. */
export type Shown = Readonly<Partial<Record<Key, Stepped<boolean | undefined>>>>;

/** Keys that went with files, at the microversion that ended injecting them. */
export const FILES_SHOWN: Shown = {
  injectedFiles: until('2.56', true),
  injectedFileBytes: until('2.56', true),
  injectedPathBytes: until('2.56', true),
};

const networksShown = until('2.35', true);

const QUOTA_SET_SHOWN: Shown = {
  ...FILES_SHOWN,
  fixedIps: networksShown,
  floatingIps: networksShown,
  securityGroups: networksShown,
  securityGroupRules: networksShown,
};

const isKey = (key: string): key is Key => key in LIMIT_NAMES;

/** The fields of a set of limits. */
export const limitFields = <Sight>(
  shown: Shown,
  show: (limit: number, key: Key, sight: Sight) => unknown,
): ViewFields<AllLimits, Sight> =>
  Object.fromEntries(
    Object.keys(LIMIT_NAMES)
      .filter(isKey)
      .map((key) => [
        LIMIT_NAMES[key],
        mapSteps(shown[key] ?? here, (isShown): Field<AllLimits, Sight> | undefined =>
          isShown === true ? (limits, sight) => show(limits[key], key, sight) : undefined,
        ),
      ]),
  );

const viewWith = (show: Show) =>
  viewOf<AllLimits, QuotaSight>({
    id: always((_, { id }) => id ?? undefined),
    ...limitFields<QuotaSight>(QUOTA_SET_SHOWN, (limit, key, sight) => show(limit, usedOf(key, sight))),
  });

/** The limits of a project or a user. */
export const quotaSetView = viewWith((limit) => limit);

/** The limits and what there is. What is reserved counts as used here, so nothing is besides. */
export const quotaDetailView = viewWith((limit, used) => ({ limit, in_use: used, reserved: 0 }));
