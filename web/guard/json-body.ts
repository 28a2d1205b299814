// What a body may be: JSON in UTF-8, every string of it whole Unicode, declared as exactly that. Nothing else is read,
// so nothing reaches a route without its schema. All input here is attacker-controlled.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { notJson, wrongType } from './problem.ts';

/** Throws unless the declared type, where there is one, is JSON in UTF-8. */
export function requireJsonType(request: FastifyRequest): void {
  const declared = request.headers['content-type'];
  if (declared === undefined) return;
  const [type, ...parameters] = declared.split(';').map((part) => part.trim().toLowerCase());
  const known = parameters.every((parameter) => parameter === '' || /^charset="?utf-8"?$/.test(parameter));
  if (type !== 'application/json' || !known) throw wrongType();
}

export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = decoded(body);
    if (text === undefined) return done(notJson());
    return parse(request, text, (error, value) => {
      if (error === null && hasHalfCharacters(text, value)) done(notJson());
      else done(error, value);
    });
  });
}

function decoded(body: string | Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body));
  } catch {
    return undefined;
  }
}

/** Half of a surrogate pair can be written as an escape; no database stores it as it is. */
function hasHalfCharacters(text: string, value: unknown): boolean {
  if (!/\\ud[89a-f]/i.test(text)) return false;
  // Not recursive: the sender chooses how deep the value is.
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string' && !next.isWellFormed()) return true;
    if (typeof next === 'object' && next !== null) {
      for (const [key, each] of Object.entries(next)) waiting.push(key, each);
    }
  }
  return false;
}
