// The one place where the page speaks HTTP. An answer is parsed against the contract here and nowhere else; whatever is
// not 2xx becomes an ApiError.

import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { Problem } from '../../contract/words.ts';
import { ApiError, UNREACHABLE, UNREADABLE } from './problem.ts';

const BASE = '/api/v1';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export async function get<S extends TSchema>(path: string, answer: S, query: Query = {}): Promise<Static<S>> {
  return parse(answer, await ask(path + search(query), { method: 'GET' }));
}

export async function post<S extends TSchema>(path: string, answer: S, body: unknown = {}): Promise<Static<S>> {
  return parse(answer, await ask(path, json(body)));
}

/** For acts that answer 204. */
export async function act(path: string, body: unknown = {}): Promise<void> {
  await ask(path, json(body));
}

/** Saves the answer as the file the server calls it. */
export async function download(path: string): Promise<void> {
  const response = await ask(path, { method: 'POST' });
  const name = /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'export';
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function json(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(BASE + path, { ...init, credentials: 'same-origin' }).catch(() => {
    throw new ApiError(0, UNREACHABLE);
  });
  if (response.ok) return response;
  const problem: unknown = await response.json().catch(() => undefined);
  throw new ApiError(response.status, Value.Check(Problem, problem) ? problem : UNREADABLE);
}

async function parse<S extends TSchema>(answer: S, response: Response): Promise<Static<S>> {
  const value: unknown = await response.json().catch(() => undefined);
  if (!Value.Check(answer, value)) throw new ApiError(response.status, UNREADABLE);
  return value;
}

function search(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}
