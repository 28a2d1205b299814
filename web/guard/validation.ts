// Checks every input against its schema, exactly: nothing is coerced in a body, nothing is dropped, nothing is filled
// in. Query strings have no types of their own, so there numbers and booleans are read from their text.

import type { FastifySchemaCompiler } from 'fastify';
import { IsBoolean, IsInteger, IsObject, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import type { Sentence } from '../../store/core/refusal.ts';
import { inputRefused } from './problem.ts';

export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (input: unknown) => {
    const value = httpPart === 'querystring' ? typed(schema, input) : input;
    return validator.Check(value) ? { value } : { error: inputRefused(whatIsWrong(validator.Errors(value))) };
  };
};

/** Numbers and booleans of a flat query, where the text is exactly one; anything else stays text, and is refused. */
function typed(schema: TSchema, input: unknown): unknown {
  if (!IsObject(schema) || typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, text]) => {
      const property: unknown = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      return [name, typeof text === 'string' ? typedText(property, text) : text];
    }),
  );
}

function typedText(property: unknown, text: string): unknown {
  if (IsBoolean(property) && (text === 'true' || text === 'false')) return text === 'true';
  const whole = /^(0|-?[1-9][0-9]*)$/.test(text) ? Number(text) : Number.NaN;
  return IsInteger(property) && Number.isSafeInteger(whole) ? whole : text;
}

type Wrong = TLocalizedValidationError;

/** The first thing that is wrong, in words: which field, and what was expected there. */
function whatIsWrong(errors: readonly Wrong[]): Sentence {
  const unknown = errors.find(({ keyword }) => keyword === 'additionalProperties');
  const first = unknown ?? errors[0];
  if (first === undefined) return { zh: '内容不符合要求', en: 'it does not have the expected shape' };
  const { zh, en } = expected(first, errors);
  const field = first.instancePath.slice(1).replaceAll('/', '.');
  return field === '' ? { zh: `内容${zh}`, en: `it ${en}` } : { zh: `“${field}”${zh}`, en: `“${field}” ${en}` };
}

function expected(error: Wrong, all: readonly Wrong[]): Sentence {
  switch (error.keyword) {
    case 'type':
      return ofType(String(error.params.type));
    case 'required':
      return missing(error.params.requiredProperties);
    case 'additionalProperties':
      return unexpected(error.params.additionalProperties);
    case 'minLength':
    case 'minItems':
      return tooFew(error.keyword, error.params.limit);
    case 'maxLength':
    case 'maxItems':
      return tooMany(error.keyword, error.params.limit);
    case 'minimum':
    case 'maximum':
      return outside(error.keyword, error.params.limit);
    case 'pattern':
      return ofForm(String(error.params.pattern));
    case 'const':
    case 'anyOf':
      return oneOf(error, all);
    default:
      return { zh: '不符合要求', en: 'does not have the expected form' };
  }
}

const TYPES: Readonly<Record<string, Sentence>> = {
  object: { zh: '应为 JSON 对象', en: 'must be a JSON object' },
  array: { zh: '应为列表', en: 'must be a list' },
  string: { zh: '应为文字', en: 'must be text' },
  integer: { zh: '应为整数', en: 'must be a whole number' },
  number: { zh: '应为数字', en: 'must be a number' },
  boolean: { zh: '应为 true 或 false', en: 'must be true or false' },
  null: { zh: '应为空（null）', en: 'must be null' },
};

function ofType(type: string): Sentence {
  return TYPES[type] ?? { zh: '类型不正确', en: 'has the wrong type' };
}

function missing(names: readonly string[]): Sentence {
  return { zh: `缺少${names.map((name) => `“${name}”`).join('、')}`, en: `lacks ${names.map(quoted).join(', ')}` };
}

// The sender made these names up: only what is plainly a name is said back.
function unexpected(names: readonly PropertyKey[]): Sentence {
  const name = names.map(String).find((each) => /^[A-Za-z0-9_.-]{1,64}$/.test(each));
  return name === undefined
    ? { zh: '含有未知的字段', en: 'has an unknown field' }
    : { zh: `含有未知的字段“${name}”`, en: `has the unknown field ${quoted(name)}` };
}

function tooFew(keyword: 'minLength' | 'minItems', limit: number | bigint): Sentence {
  if (limit === 1) return { zh: '不能为空', en: 'must not be empty' };
  return keyword === 'minLength'
    ? { zh: `至少 ${limit} 个字符`, en: `must have at least ${limit} characters` }
    : { zh: `至少 ${limit} 项`, en: `must have at least ${limit} items` };
}

function tooMany(keyword: 'maxLength' | 'maxItems', limit: number | bigint): Sentence {
  return keyword === 'maxLength'
    ? { zh: `最多 ${limit} 个字符`, en: `must have at most ${limit} characters` }
    : { zh: `最多 ${limit} 项`, en: `must have at most ${limit} items` };
}

function outside(keyword: 'minimum' | 'maximum', limit: number | bigint): Sentence {
  return keyword === 'minimum'
    ? { zh: `不能小于 ${limit}`, en: `must be at least ${limit}` }
    : { zh: `不能大于 ${limit}`, en: `must be at most ${limit}` };
}

/** The patterns of the contract, in words. */
const FORMS: Readonly<Record<string, Sentence>> = {
  '^[0-9]{6}$': { zh: '应为 6 位数字', en: 'must be six digits' },
  '^[A-Za-z0-9_-]+$': { zh: '应为 base64url', en: 'must be base64url' },
  '^[a-z]{3}_[0-9a-z]{26}$': { zh: '不是有效的编号', en: 'is not an id' },
  '^[0-9a-f]{64}$': { zh: '应为 64 位十六进制数字', en: 'must be 64 hexadecimal digits' },
  '^[a-z][a-z0-9-]{1,30}$': {
    zh: '应以小写字母开头，由 2 到 31 个小写字母、数字或连字符组成',
    en: 'must start with a letter and have 2 to 31 lower-case letters, digits or hyphens',
  },
};

function ofForm(pattern: string): Sentence {
  return FORMS[pattern] ?? { zh: '格式不正确', en: 'does not have the expected form' };
}

function oneOf({ instancePath }: Wrong, all: readonly Wrong[]): Sentence {
  const allowed = all.flatMap((each) =>
    each.keyword === 'const' && each.instancePath === instancePath ? [String(each.params.allowedValue)] : [],
  );
  const list = allowed.join(', ');
  return list === ''
    ? { zh: '不符合要求', en: 'does not have the expected form' }
    : { zh: `应为以下之一：${list}`, en: `must be one of ${list}` };
}

function quoted(name: string): string {
  return `“${name}”`;
}
