// What is inside the frames that are not plain bytes: canonical JSON, one shape per kind.

import { isUtf8 } from 'node:buffer';
import { canonicalJson, type Json, wellFormed } from '../../store/core/canonical-json.ts';
import { END_REASONS, type EndReason } from '../../store/core/end-reason.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import { type FileOperation, fileOperationJson, parseFileOperation } from './file-operation.ts';

export interface SessionEnd {
  readonly reason: EndReason;
  readonly exitStatus: number | null;
  readonly exitSignal: string | null;
}

/**
 * Keys up to the end of a line, on the screen track: in clear where the terminal drew them, else only how many they
 * were. Written when it is known which, so later than they were typed.
 */
export interface TypedLine {
  /** Microseconds since the recording began: the first of these keys. */
  readonly from: number;
  /** Bytes of output on this track, error output not counted, when the first of them was pressed. */
  readonly after: number;
  /** Characters and keys that are none (Enter, arrows) count one each. */
  readonly keys: number;
  /** Null where not all of it was drawn. As on the wire otherwise, line end and control keys included. */
  readonly text: Buffer | null;
}

export type StructuredEvent =
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'notice'; readonly sentence: Sentence }
  | { readonly kind: 'marker'; readonly name: string; readonly details: Json }
  | { readonly kind: 'file'; readonly operation: FileOperation }
  | ({ readonly kind: 'typed' } & TypedLine)
  | ({ readonly kind: 'end' } & SessionEnd);

/** Never throws on text from outside: lone surrogates become U+FFFD. */
export function encodePayload(event: StructuredEvent): Buffer {
  if (event.kind === 'file') return Buffer.from(canonicalJson(wellFormed(fileOperationJson(event.operation))), 'utf8');
  if (event.kind === 'typed') return Buffer.from(canonicalJson(typedJson(event)), 'utf8');
  const { kind: _, ...fields } = event;
  return Buffer.from(canonicalJson(wellFormed({ ...fields })), 'utf8');
}

/** Throws when `payload` is not what its kind demands. */
export function parsePayload(kind: StructuredEvent['kind'], payload: Buffer): StructuredEvent {
  const fields = JSON.parse(payload.toString('utf8')) as { readonly [name: string]: Json };
  switch (kind) {
    case 'resize':
      return { kind, columns: wholeNumber(fields.columns), rows: wholeNumber(fields.rows) };
    case 'notice': {
      const { zh, en } = fields.sentence as { readonly [name: string]: Json };
      return { kind, sentence: { zh: text(zh), en: text(en) } };
    }
    case 'marker':
      return { kind, name: text(fields.name), details: fields.details ?? null };
    case 'file':
      return { kind, operation: parseFileOperation(fields) };
    case 'typed':
      return {
        kind,
        from: wholeNumber(fields.from),
        after: wholeNumber(fields.after),
        keys: wholeNumber(fields.keys),
        text: fields.text === null ? null : typedBytes(fields.text),
      };
    case 'end':
      return {
        kind,
        reason: endReason(fields.reason),
        exitStatus: fields.exitStatus === null ? null : wholeNumber(fields.exitStatus),
        exitSignal: fields.exitSignal === null ? null : text(fields.exitSignal),
      };
  }
}

function typedJson({ from, after, keys, text }: TypedLine): Json {
  if (text === null) return { from, after, keys, text };
  return { from, after, keys, text: isUtf8(text) ? text.toString('utf8') : { base64: text.toString('base64') } };
}

function typedBytes(value: Json | undefined): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  const { base64 } = (value ?? {}) as { readonly [name: string]: Json };
  return Buffer.from(text(base64), 'base64');
}

function wholeNumber(value: Json | undefined): number {
  if (typeof value !== 'number') throw new TypeError(`expected a number, got ${typeof value}`);
  return value;
}

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`expected text, got ${typeof value}`);
  return value;
}

function endReason(value: Json | undefined): EndReason {
  const reason = END_REASONS.find((candidate) => candidate === value);
  if (reason === undefined) throw new TypeError(`expected a reason for the end, got ${JSON.stringify(value)}`);
  return reason;
}
