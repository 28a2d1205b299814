// The events of a bundle: each a leaf of the log, with the proof that it is.

import { leafHash } from '../../audit/merkle.ts';
import { verifyInclusion } from '../../audit/proof.ts';
import { canonicalJson, type Json } from '../../store/core/canonical-json.ts';
import { EVENTS_FILE, linesIn, objectIn, parseLeafLine } from './bundle-files.ts';
import type { BundleFinding } from './bundle-finding.ts';

export interface BundleEvent {
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly type: string;
  /** The account's id, where it was somebody who had signed in. */
  readonly actor: string | undefined;
  readonly actorName: string | undefined;
  readonly details: { readonly [name: string]: Json };
}

export interface ProvenEvents {
  /** In the order of the log; only what is proven. */
  readonly events: readonly BundleEvent[];
  readonly findings: readonly BundleFinding[];
}

/** `head`: of the checkpoint. */
export function proveEvents(file: Buffer, head: { readonly size: number; readonly root: Buffer }): ProvenEvents {
  const events: BundleEvent[] = [];
  const findings: BundleFinding[] = [];
  let last = -1;
  for (const [nth, line] of linesIn(file).entries()) {
    const parsed = parseLeafLine(line);
    const event = parsed && eventOf(parsed.leaf);
    if (parsed === undefined || event === undefined || event.index !== parsed.index || parsed.index <= last) {
      findings.push(broken(`${EVENTS_FILE}:${nth + 1}`));
      continue;
    }
    last = parsed.index;
    const { index, leaf, hashes: proof } = parsed;
    const proven = verifyInclusion({ leaf: leafHash(Buffer.from(leaf, 'utf8')), index, ...head, proof });
    if (proven) events.push(event);
    else findings.push(notInLog(index));
  }
  return { events, findings };
}

/** Undefined unless it is a leaf as this program writes them: canonical JSON, version 1. */
function eventOf(leaf: string): BundleEvent | undefined {
  const value = objectIn(leaf);
  if (value === undefined || !isCanonical(value, leaf)) return undefined;
  const { v, index, at, type, actor, details } = value;
  const { id, name } = (actor ?? {}) as { readonly id?: Json; readonly name?: Json };
  if (v !== 1 || typeof index !== 'number' || typeof at !== 'number' || typeof type !== 'string') return undefined;
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
  return {
    index,
    at,
    type,
    actor: typeof id === 'string' ? id : undefined,
    actorName: typeof name === 'string' ? name : undefined,
    details: details as BundleEvent['details'],
  };
}

function isCanonical(value: Json, text: string): boolean {
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

function broken(about: string): BundleFinding {
  const sentence = { zh: '不是一条完整的事件，或不按顺序', en: 'this is not a whole event, or out of order' };
  return { code: 'bundle', about, sentence };
}

function notInLog(index: number): BundleFinding {
  const sentence = {
    zh: '这条事件不在已签名的日志里：它被改过，或从未写入',
    en: 'this event is not in the log that was signed: it was changed, or never written',
  };
  return { code: 'event', about: String(index), sentence };
}
