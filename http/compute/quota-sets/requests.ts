import * as v from 'valibot';
import { LIMIT_NAMES, type SomeLimits } from '../../../actors/project/row.ts';
import { integer } from '../../parameter.ts';
import { lastOf, query, shape } from '../../shape.ts';
import { always, stepped, until } from '../../stepped.ts';
import { anyText, boolean, INT32_MAX } from '../parameter-types.ts';

/** A limit; -1 is none. */
export const limit = v.optional(integer({ pattern: '^-?[0-9]+$', minimum: -1, maximum: INT32_MAX }));

/** Body of PUT /os-quota-sets/{project}. */
export const updateQuotaSet = shape('quota_set', {
  instances: always(limit),
  cores: always(limit),
  ram: always(limit),
  floating_ips: until('2.35', limit),
  fixed_ips: until('2.35', limit),
  metadata_items: always(limit),
  key_pairs: always(limit),
  security_groups: until('2.35', limit),
  security_group_rules: until('2.35', limit),
  injected_files: until('2.56', limit),
  injected_file_content_bytes: until('2.56', limit),
  injected_file_path_bytes: until('2.56', limit),
  server_groups: always(limit),
  server_group_members: always(limit),
  force: always(v.optional(boolean)),
});

/** Query of all but the defaults: of one user of the project. */
export const ofUser = query({ user_id: always(lastOf(anyText)) }, { unknown: stepped('drop', ['2.75', 'refuse']) });

type LimitName = (typeof LIMIT_NAMES)[keyof typeof LIMIT_NAMES];

/** The limits of a body under our own names. */
export const limitsIn = (asked: { readonly [Name in LimitName]?: number | undefined }): SomeLimits =>
  Object.fromEntries(
    Object.entries(LIMIT_NAMES).flatMap(([key, name]): [string, number][] => {
      const value = asked[name];
      return value === undefined ? [] : [[key, value]];
    }),
  );
