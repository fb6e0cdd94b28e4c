import type { AllLimits } from '../../../actors/project/row.ts';
import { always, since, until } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';
import { FILES_SHOWN, limitFields, type QuotaSight, type Shown } from '../quota-sets/views.ts';

const networksShown = until('2.49', true);

const SHOWN: Shown = {
  ...FILES_SHOWN,
  fixedIps: networksShown,
  floatingIps: networksShown,
  securityGroups: networksShown,
  securityGroupRules: networksShown,
  serverGroups: since('2.50', true),
  serverGroupMembers: since('2.50', true),
};

/** The limits of a quota class. */
export const quotaClassView = viewOf<AllLimits, Pick<QuotaSight, 'id'>>({
  id: always((_, { id }) => id ?? undefined),
  ...limitFields<Pick<QuotaSight, 'id'>>(SHOWN, (limit) => limit),
});
