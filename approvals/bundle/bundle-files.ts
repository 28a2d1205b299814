// What is in an evidence bundle, and how it is spelled. FORMAT.md says the same for others.

import { isUtf8 } from 'node:buffer';
import { canonicalJson, type Json } from '../../store/core/canonical-json.ts';
import { parseId, type SessionId, type TicketId } from '../../store/core/ids.ts';

export const BUNDLE_FILE = 'bundle.json';
export const CHECKPOINT_FILE = 'checkpoint';
export const KEY_FILE = 'log.vkey';
export const EVENTS_FILE = 'events.jsonl';
export const TICKET_FILE = 'ticket.json';
/** Only where there are some. */
export const TIMESTAMPS_FILE = 'timestamps.jsonl';
export const SUMMARY_FILE = 'summary.txt';
export const RECORDINGS = 'recordings';
export const BUNDLE_VERSION = 1;

export interface Manifest {
  readonly version: 1;
  /** Milliseconds since 1970, as the machine's clock said. */
  readonly made: number;
  readonly ticket: { readonly id: TicketId; readonly number: string };
  /** Whether every session of the ticket is in it, or only those named. */
  readonly scope: 'ticket' | 'session';
  /** Sorted. */
  readonly sessions: readonly SessionId[];
}

export function manifestText({ version, made, ticket, scope, sessions }: Manifest): string {
  return canonicalJson({ version, made, ticket: { ...ticket }, scope, sessions: [...sessions] });
}

/** Undefined unless it is exactly what `manifestText` makes. Attacker-controlled. */
export function parseManifest(text: string): Manifest | undefined {
  const { version, made, ticket, scope, sessions } = objectIn(text) ?? {};
  const { id, number } = (ticket ?? {}) as { readonly id?: Json; readonly number?: Json };
  const ticketId = typeof id === 'string' ? parseId('tkt', id) : undefined;
  if (version !== 1 || typeof made !== 'number' || !Number.isSafeInteger(made)) return undefined;
  if (ticketId === undefined || typeof number !== 'string' || !number.isWellFormed()) return undefined;
  if ((scope !== 'ticket' && scope !== 'session') || !Array.isArray(sessions)) return undefined;
  const ids = sessions.map((each) => (typeof each === 'string' ? parseId('ses', each) : undefined));
  const known = ids.filter((each) => each !== undefined);
  const inOrder = known.every((each, nth) => nth === 0 || (known[nth - 1] ?? '') < each);
  if (known.length !== ids.length || !inOrder) return undefined;
  const manifest: Manifest = { version, made, ticket: { id: ticketId, number }, scope, sessions: known };
  return manifestText(manifest) === text ? manifest : undefined;
}

/** A leaf of the log with its way to the root of the bundle's checkpoint. */
export interface ProvenLeaf {
  readonly index: number;
  readonly leaf: string;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
}

export function leafLine({ index, leaf, hashes }: ProvenLeaf): string {
  return canonicalJson({ hashes: hashes.map((hash) => hash.toString('base64')), index, leaf });
}

/** Undefined unless it is exactly what `leafLine` makes. Attacker-controlled. */
export function parseLeafLine(text: string): ProvenLeaf | undefined {
  const { index, leaf, hashes } = objectIn(text) ?? {};
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return undefined;
  if (typeof leaf !== 'string' || !leaf.isWellFormed() || !Array.isArray(hashes)) return undefined;
  const parsed = { index, leaf, hashes: hashes.map((hash) => Buffer.from(String(hash), 'base64')) };
  if (parsed.hashes.some(({ length }) => length !== 32)) return undefined;
  return leafLine(parsed) === text ? parsed : undefined;
}

/** Undefined where the bytes are no UTF-8: what stands for a wrong byte must not be taken for what was written. */
export function wholeText(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/**
 * The lines of a file, each without its newline; a last one that has none is not whole and comes with a newline, to be
 * found broken, and so does one that is no UTF-8.
 */
export function linesIn(bytes: Buffer): readonly string[] {
  const lines = bytes.toString('latin1').split('\n');
  const rest = lines.pop() ?? '';
  const whole = lines.map((line) => wholeText(Buffer.from(line, 'latin1')) ?? '\n');
  return rest === '' ? whole : [...whole, `${rest}\n`];
}

export function objectIn(text: string): { readonly [name: string]: Json } | undefined {
  try {
    const value: Json = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as { readonly [name: string]: Json })
      : undefined;
  } catch {
    return undefined;
  }
}
