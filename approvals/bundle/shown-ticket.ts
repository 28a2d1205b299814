// The text of the ticket that lies in the bundle, as far as a verifier reads it, and what the approval left of it.

import { createHash } from 'node:crypto';
import type { Json } from '../../store/core/canonical-json.ts';
import type { BundleEvent } from './bundle-events.ts';
import { objectIn } from './bundle-files.ts';

/** Milliseconds since 1970; the start belongs to it, the end does not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ShownChannel {
  readonly targetAccountId: string;
  readonly kinds: readonly string[];
}

/** As asked, or as left by an approval. */
export interface ShownTerms {
  readonly windows: readonly Span[];
  /** Undefined where it does not say them as it must. */
  readonly channels: readonly ShownChannel[] | undefined;
  readonly supervised: boolean;
  readonly finishRunning: boolean;
}

export interface ShownFile {
  readonly name: Json;
  readonly sha256: Json;
  readonly bytes: Json;
}

export interface ShownTicket {
  readonly asked: ShownTerms;
  /** Of the last approval that counts. */
  readonly left: ShownTerms;
  readonly urgency: Json;
  readonly companions: readonly Json[];
  readonly changes: readonly { readonly targetAccountId: Json; readonly path: Json }[];
  readonly attachments: readonly ShownFile[];
}

type Fields = { readonly [name: string]: Json };

/** What the text says that every approval is of, or before one the last event; undefined when it is not that text. */
export function shownTicket(
  text: string | undefined,
  approvals: readonly BundleEvent[],
  created: BundleEvent | undefined,
  own: readonly BundleEvent[],
): ShownTicket | undefined {
  const value = text === undefined ? undefined : objectIn(text);
  if (text === undefined || value === undefined || created === undefined) return undefined;
  const hash = createHash('sha256').update(text).digest('hex');
  if (value.requester !== created.actor) return undefined;
  // A draft changes, and what was decided before it was written anew is void; what was approved does not.
  const revised = own.findLast(({ type }) => type === 'ticket.revised')?.index ?? -1;
  const latest = own.findLast(({ details }) => details.contentHash !== undefined);
  const valid = approvals.filter(({ index }) => index > revised);
  const named = valid.length > 0 ? valid : [latest];
  if (named.some((event) => event?.details.contentHash !== hash)) return undefined;
  const terms = fieldsOf(value.terms);
  const asked = termsOf(value, terms);
  const left = asked && leftBy(valid.at(-1), asked);
  if (asked === undefined || left === undefined) return undefined;
  const { urgency = 'planned' } = terms;
  return {
    asked,
    left,
    urgency,
    companions: listOf(terms.companions),
    changes: listOf(terms.changes)
      .map(fieldsOf)
      .map(({ targetAccountId = null, path = null }) => ({
        targetAccountId,
        path,
      })),
    attachments: listOf(terms.attachments)
      .map(fieldsOf)
      .map(({ name = null, sha256 = null, bytes = null }) => ({ name, sha256, bytes })),
  };
}

/** What that approval left of what was asked; undefined where it does not say its windows as it must. */
export function leftBy(approval: BundleEvent | undefined, asked: ShownTerms): ShownTerms | undefined {
  const { conditions } = approval?.details ?? {};
  if (conditions === undefined) return asked;
  const said = fieldsOf(conditions);
  const windows = said.windows === undefined ? asked.windows : spansIn(said.windows);
  if (windows === undefined) return undefined;
  return {
    windows,
    channels: said.channels === undefined ? asked.channels : channelsIn(said.channels),
    supervised: said.supervised === undefined ? asked.supervised : said.supervised === true,
    finishRunning: said.finishRunning === undefined ? asked.finishRunning : said.finishRunning === true,
  };
}

/** In every format; undefined where the windows are not said. */
function termsOf(value: Fields, terms: Fields): ShownTerms | undefined {
  const { windowStart: start = null, windowEnd: end = null, windows = [{ start, end }], channels } = value;
  const spans = spansIn(windows);
  if (spans === undefined) return undefined;
  return {
    windows: spans,
    channels: channels === undefined ? undefined : channelsIn(channels),
    supervised: terms.supervised === true,
    finishRunning: terms.finishRunning === true,
  };
}

function spansIn(windows: Json): readonly Span[] | undefined {
  if (!Array.isArray(windows)) return undefined;
  const spans = windows.map(spanOf).filter((each) => each !== undefined);
  return spans.length === windows.length ? spans : undefined;
}

function spanOf(value: Json): Span | undefined {
  const { start, end } = fieldsOf(value);
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined;
}

function channelsIn(value: Json): readonly ShownChannel[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const channels = value.map(fieldsOf).flatMap(({ targetAccountId, kinds }) => {
    const words = listOf(kinds).filter((kind) => typeof kind === 'string');
    return typeof targetAccountId === 'string' && Array.isArray(kinds) && words.length === kinds.length
      ? [{ targetAccountId, kinds: words }]
      : [];
  });
  return channels.length === value.length ? channels : undefined;
}

function fieldsOf(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
