import type { Microversion } from '../microversions.ts';
import { derived, type Stepped } from '../stepped.ts';

/** Makes the value of a field from a row and what the request adds; `undefined` leaves the field out of the body. */
export type Field<Row, Sight> = (row: Row, sight: Sight) => unknown;

/** The fields of a view, in the order of the body, each at the microversions that have it. */
export type ViewFields<Row, Sight> = Readonly<Record<string, Stepped<Field<Row, Sight> | undefined>>>;

/** A row as a body shows it at one microversion. */
export type View<Row, Sight> = (row: Row, sight: Sight) => Readonly<Record<string, unknown>>;

/** Compiles a view, once for each step of its fields: `hypervisorView.at(request.version)(host, sight)`. */
export const viewOf = <Row, Sight>(fields: ViewFields<Row, Sight>): Stepped<View<Row, Sight>> =>
  derived(Object.values(fields), (version: Microversion) => {
    const present = Object.entries(fields).flatMap(([name, field]): [string, Field<Row, Sight>][] => {
      const make = field.at(version);
      return make === undefined ? [] : [[name, make]];
    });
    return (row, sight) => {
      const body: Record<string, unknown> = {};
      for (const [name, make] of present) body[name] = make(row, sight);
      return body;
    };
  });
