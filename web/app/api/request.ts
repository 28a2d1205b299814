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

/** Saves the answer as a file, under the name the server calls it by unless another is given. */
export async function download(path: string, how: { readonly body?: unknown; readonly name?: string } = {}) {
  return save(await ask(path, how.body === undefined ? { method: 'POST' } : json(how.body)), how.name);
}

/** The same of an address that only reads. */
export async function downloadFrom(path: string, name: string): Promise<void> {
  return save(await ask(path, { method: 'GET' }), name);
}

/** `post`, telling how much of the body has left, from 0 to 1. `fetch` does not say. */
export async function postSlowly<S extends TSchema>(
  path: string,
  answer: S,
  body: unknown,
  onSent: (part: number) => void,
): Promise<Static<S>> {
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', BASE + path);
    request.setRequestHeader('content-type', 'application/json');
    request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
    request.onloadend = () => resolve({ status: request.status, text: request.responseText });
    request.send(JSON.stringify(body));
  });
  if (status === 0) throw new ApiError(0, UNREACHABLE);
  // Not every status may have a body in a Response, and none of these answers needs its own.
  const response = new Response(text);
  if (status < 200 || status > 299) throw await refusalOf(status, response);
  return parse(answer, response);
}

async function save(response: Response, called: string | undefined): Promise<void> {
  const name =
    called ?? /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'export';
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
  throw await refusalOf(response.status, response);
}

async function refusalOf(status: number, response: Response): Promise<ApiError> {
  const problem: unknown = await response.json().catch(() => undefined);
  return new ApiError(status, Value.Check(Problem, problem) ? problem : UNREADABLE);
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
