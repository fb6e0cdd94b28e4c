import * as v from 'valibot';
import { pythonRepr } from '../python-text.ts';
import type { Shape } from '../shape.ts';
import { mapSteps } from '../stepped.ts';

/** An object that must have at least one of these fields, as JSON Schema says with `anyOf`. */
export const withAnyOf = <T extends object>(source: Shape<T>, names: readonly (keyof T)[]): Shape<T> =>
  mapSteps(source, (schema) =>
    v.pipe(
      schema,
      v.check(
        (value) => names.some((name) => name in value),
        ({ input }) => `${pythonRepr(input)} is not valid under any of the given schemas`,
      ),
    ),
  );
