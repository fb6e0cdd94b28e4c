import { always, since, stepped } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';
import { numericId } from '../numeric-id.ts';
import { isoMicroseconds } from '../times.ts';
import type { Service } from './reads.ts';

/** A service in a list and, from 2.53, in the answer to a change. */
export const serviceView = viewOf<Service, null>({
  id: stepped((s: Service): number | string => numericId(s.id), ['2.53', (s: Service) => s.id]),
  binary: always((s) => s.binary),
  host: always((s) => s.host),
  zone: always((s) => s.zone),
  status: always((s) => (s.disabled ? 'disabled' : 'enabled')),
  state: always((s) => s.state),
  updated_at: always((s) => isoMicroseconds(s.updatedAtMs)),
  disabled_reason: always((s) => s.disabledReason),
  forced_down: since('2.11', (s) => s.forcedDown),
});
