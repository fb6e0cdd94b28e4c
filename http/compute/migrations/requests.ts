import { parameter } from '../../parameter.ts';
import { query, repeated, single, wrapped } from '../../shape.ts';
import { always, since, stepped } from '../../stepped.ts';
import { anyText, dateTime, nonNegativeInteger } from '../parameter-types.ts';

const filter = always(repeated(anyText));

/** Query of GET /os-migrations. */
export const listMigrations = query(
  {
    hidden: filter,
    host: filter,
    instance_uuid: filter,
    source_compute: filter,
    status: filter,
    migration_type: filter,
    limit: since('2.59', single(nonNegativeInteger)),
    marker: since('2.59', single(anyText)),
    'changes-since': since('2.59', single(dateTime)),
    'changes-before': since('2.66', single(dateTime)),
    user_id: since('2.80', single(anyText)),
    project_id: since('2.80', single(anyText)),
  },
  { unknown: stepped('drop', ['2.59', 'refuse']) },
);

/** From 2.59 the list comes in pages. */
export const hasPages = stepped(false, ['2.59', true]);

/** Body of the action `force_complete`. */
export const forceComplete = wrapped('force_complete', always(parameter({ type: 'null' }, () => null)));
