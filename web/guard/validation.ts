// Checks every input against its schema, exactly: nothing is coerced in a body, nothing is dropped, nothing is filled
// in. Query strings have no types of their own, so there numbers and booleans are read from their text.

import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { inputRefused } from './problem.ts';

export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (input: unknown) => {
    const value = httpPart === 'querystring' ? Value.Convert(schema, input) : input;
    if (validator.Check(value)) return { value };
    const [first] = validator.Errors(value);
    const where = first === undefined ? '' : first.instancePath.slice(1).replaceAll('/', '.');
    return { error: inputRefused({ where: where || String(httpPart), expected: first?.message ?? '' }) };
  };
};
