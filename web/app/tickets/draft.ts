// What is being typed into the form of a new ticket, kept in this window so that a reload, a sign-in that ran out or a
// closed lid loses nothing. Read back as untrusted: whatever does not fit starts an empty form.

import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { Ticket, TicketBody } from '../../contract/tickets.ts';
import { instantOf, wallTime } from '../clock/wall-time.ts';
import {
  type ChannelProblem,
  channelBodies,
  channelProblems,
  DraftChannel,
  draftChannels,
  wordsOf,
} from './draft-channels.ts';
import { DraftTerms, draftTerms, NO_TERMS, type TermsProblem, termsBody, termsProblems } from './draft-terms.ts';

const DraftWindow = Type.Object({ start: Type.String(), end: Type.String() });

const Draft = Type.Object({
  purpose: Type.String(),
  plan: Type.String(),
  /** One address per line, as typed. */
  sources: Type.String(),
  /** Wall times of the centre. */
  start: Type.String(),
  end: Type.String(),
  /** Further windows. */
  more: Type.Array(DraftWindow),
  channels: Type.Array(DraftChannel),
  terms: DraftTerms,
});
export type Draft = Static<typeof Draft>;
type DraftField = 'purpose' | 'plan' | 'channels' | 'sources' | 'start' | 'end' | 'more';

const KEY = 'sluice.draft.ticket';
export const EMPTY: Draft = {
  purpose: '',
  plan: '',
  sources: '',
  start: '',
  end: '',
  more: [],
  channels: [],
  terms: NO_TERMS,
};

export function keptDraft(): Draft | undefined {
  try {
    return parseDraft(sessionStorage.getItem(KEY) ?? 'null');
  } catch {
    return undefined;
  }
}

/** Undefined for what this page did not write, or wrote before it had these fields. */
export function parseDraft(text: string): Draft | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(Draft, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(draft: Draft | undefined): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // storage switched off or full: the form still works, a reload loses it
  }
}

/** Everything but the window, which is another day's. */
export function draftLike(ticket: Ticket): Draft {
  return {
    ...EMPTY,
    purpose: ticket.purpose,
    plan: ticket.plan,
    sources: ticket.sources.join('\n'),
    channels: draftChannels(ticket),
    terms: draftTerms(ticket),
  };
}

/** All of it, windows too: for writing the same ticket anew. */
export function draftOf(ticket: Ticket, zone: string): Draft {
  const walls = ticket.windows.map(({ start, end }) => ({ start: wallTime(start, zone), end: wallTime(end, zone) }));
  const [first = { start: '', end: '' }, ...more] = walls;
  return { ...draftLike(ticket), ...first, more, terms: { ...draftTerms(ticket), urgency: ticket.terms.urgency } };
}

export type DraftProblem =
  | { readonly field: DraftField; readonly word: 'purpose' | 'plan' | 'channels' | 'sources' | 'tooManySources' }
  | { readonly field: DraftField; readonly word: 'start' | 'end' | 'order' | 'past' }
  | { readonly field: 'sources'; readonly word: 'source'; readonly text: string }
  | { readonly field: 'more'; readonly word: 'windows' }
  | TermsProblem
  | ChannelProblem;

/** What is to be sent, or every problem, in the order of the form. */
export function checkDraft(draft: Draft, zone: string, now: number): TicketBody | readonly DraftProblem[] {
  const problems: DraftProblem[] = [];
  const purpose = draft.purpose.trim();
  const plan = draft.plan.trim();
  const channels = draft.channels.filter((channel) => channel.kinds.length > 0);
  const sources = wordsOf(draft.sources);
  const windowStart = instantOf(draft.start, zone);
  const windowEnd = instantOf(draft.end, zone);
  if (purpose === '') problems.push({ field: 'purpose', word: 'purpose' });
  if (channels.length === 0) problems.push({ field: 'channels', word: 'channels' });
  problems.push(...channelProblems(channels));
  if (windowStart === undefined) problems.push({ field: 'start', word: 'start' });
  if (windowEnd === undefined) problems.push({ field: 'end', word: 'end' });
  else if (windowStart !== undefined && windowEnd <= windowStart) problems.push({ field: 'end', word: 'order' });
  else if (windowEnd <= now) problems.push({ field: 'end', word: 'past' });
  const bad = sources.find((source) => !looksLikeAddress(source));
  if (sources.length === 0) problems.push({ field: 'sources', word: 'sources' });
  else if (sources.length > 16) problems.push({ field: 'sources', word: 'tooManySources' });
  else if (bad !== undefined) problems.push({ field: 'sources', word: 'source', text: bad });
  if (plan === '') problems.push({ field: 'plan', word: 'plan' });
  const accounts = channels.map(({ targetAccountId }) => targetAccountId);
  problems.push(...termsProblems(draft.terms, accounts));
  const windows = windowsOf(draft, zone);
  if (windows === undefined) problems.push({ field: 'more', word: 'windows' });
  const [first, last] = [windows?.[0], windows?.at(-1)];
  if (problems.length > 0 || windows === undefined || first === undefined || last === undefined) return problems;
  return {
    purpose,
    plan,
    sources,
    windowStart: first.start,
    windowEnd: last.end,
    ...(windows.length > 1 && { windows }),
    channels: channelBodies(channels),
    terms: termsBody(draft.terms, accounts),
  };
}

/** In order; undefined where one has no length, or two overlap. */
function windowsOf({ start, end, more }: Draft, zone: string): { start: number; end: number }[] | undefined {
  const all = [{ start, end }, ...more].map((each) => ({
    start: instantOf(each.start, zone) ?? 0,
    end: instantOf(each.end, zone) ?? 0,
  }));
  // What is wrong with the first one is said beside it.
  const inOrder = all.sort((a, b) => a.start - b.start);
  const good = inOrder.every((each, nth) => each.end > each.start && each.start >= (inOrder[nth - 1]?.end ?? 0));
  return good || more.length === 0 ? inOrder : undefined;
}

/** Near enough to catch a slip of the finger; the server has the last word. */
function looksLikeAddress(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false;
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (four !== null) return four.slice(1).every((part) => Number(part) <= 255) && Number(prefix ?? 0) <= 32;
  return /^[0-9a-f:.]+$/i.test(address) && address.includes(':') && Number(prefix ?? 0) <= 128;
}

export interface QuickWindow {
  readonly word: 'quickNow' | 'quickTonight' | 'quickTomorrow';
  readonly start: string;
  readonly end: string;
}

export function quickWindows(now: number, zone: string): readonly QuickWindow[] {
  const hour = 3_600_000;
  const today = wallTime(now, zone).slice(0, 10);
  const tomorrow = wallTime(now + 24 * hour, zone).slice(0, 10);
  const tonight = (instantOf(`${today}T22:00`, zone) ?? 0) > now;
  return [
    { word: 'quickNow', start: wallTime(now, zone), end: wallTime(now + 2 * hour, zone) },
    ...(tonight ? [{ word: 'quickTonight', start: `${today}T20:00`, end: `${today}T22:00` } as const] : []),
    { word: 'quickTomorrow', start: `${tomorrow}T09:00`, end: `${tomorrow}T11:00` },
  ];
}
