import type { Schema } from './parameter.ts';

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** How schemas of ours say what they take; made when it is asked for, which is seldom. */
const descriptions = new WeakMap<object, () => JsonSchema>();

/** Says of a schema what it takes, in the words of JSON Schema. */
export const described = <S extends Schema>(schema: S, describe: () => JsonSchema): S => {
  descriptions.set(schema, describe);
  return schema;
};

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';

/**
 * What a schema takes. A part that checks by code alone (a lookup, a comparison of two fields) is not told: the document
 * then allows more than the API does, never less.
 */
export const jsonSchemaOf = (schema: Schema): JsonSchema => {
  const describe = descriptions.get(schema);
  if (describe !== undefined) return describe();
  if ('pipe' in schema && Array.isArray(schema.pipe)) {
    const first: unknown = schema.pipe[0];
    if (isSchema(first) && first !== schema) return jsonSchemaOf(first);
  }
  if ('wrapped' in schema && isSchema(schema.wrapped)) {
    const inner = jsonSchemaOf(schema.wrapped);
    return schema.type === 'nullable' || schema.type === 'nullish' ? { anyOf: [inner, { type: 'null' }] } : inner;
  }
  if ('options' in schema && Array.isArray(schema.options))
    return { anyOf: schema.options.filter(isSchema).map(jsonSchemaOf) };
  return schema.type === 'null' ? { type: 'null' } : {};
};
