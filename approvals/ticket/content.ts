// What is asked for: checked, put into one canonical form, and hashed. The hash covers where each target account is
// (host, port, login), so an approval does not follow a target that was moved.

import { createHash } from 'node:crypto';
import { parseSourceBlock } from '../../identity/login/source-block.ts';
import { plainText } from '../../identity/plain-text.ts';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import { type AccountId, parseId, type TargetAccountId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { AgreedChannel } from './agreed-channel.ts';
import { parseDestinations } from './destination.ts';
import { parseFileTerms } from './file-terms.ts';
import { isPlain, parseTerms } from './terms.ts';
import type { ChannelBody, TicketBody, TicketContent } from './ticket.ts';
import { checkEmergency, parseWindows, windowInvalid } from './windows.ts';

const MOST_SOURCES = 16;
const MOST_CHANNELS = 64;

export const channelsInvalid = defineRefusal('ticket.channels-invalid', 'invalid', () => ({
  zh: '请选择要用的资产账号和通道类型；所选资产账号须存在且未停用',
  en: 'name the target accounts and kinds of channel; each must exist and be in use',
}));

export const termsMisplaced = defineRefusal('ticket.terms-misplaced', 'invalid', () => ({
  zh: '文件通道须写明文件权限，转发通道须写明目的地；没有这种通道就不能写',
  en: 'a channel for files names rights and one for forwarding names destinations, and no other channel does',
}));

export const sourcesInvalid = defineRefusal('ticket.sources-invalid', 'invalid', () => ({
  zh: `请填写 1 到 ${MOST_SOURCES} 个来源地址或网段`,
  en: `name 1 to ${MOST_SOURCES} sources`,
}));

/** Where an agreed target account is. */
export interface ChannelPlace {
  readonly targetAccountId: TargetAccountId;
  readonly target: string;
  readonly host: string;
  readonly port: number;
  readonly login: string;
}

/** The content in canonical form; that the target accounts exist is for the caller to see. */
export function parseContent(body: TicketBody, now: number): TicketContent {
  const { windowStart, windowEnd } = body;
  const windows = parseWindows(body.windows ?? [{ start: windowStart, end: windowEnd }], now);
  if (windowStart !== windows[0]?.start || windowEnd !== windows.at(-1)?.end) throw windowInvalid('bounds');
  const sources = [...new Set(body.sources.slice(0, MOST_SOURCES + 1).map(parseSourceBlock))].sort();
  if (sources.length === 0 || body.sources.length > MOST_SOURCES) throw sourcesInvalid();
  const channels = parseChannels(body.channels);
  const terms = parseTerms(
    body.terms ?? {},
    channels.map(({ targetAccountId }) => targetAccountId),
  );
  if (terms.urgency !== 'planned') checkEmergency(windows, now);
  return {
    purpose: plainText(body.purpose, { field: 'purpose', maxLength: 200 }),
    plan: plainText(body.plan, { field: 'plan', maxLength: 10_000, lines: 'many' }),
    windowStart,
    windowEnd,
    windows,
    sources,
    channels,
    terms,
  };
}

/** Hex SHA-256 of `contentText`. */
export function contentHash(requester: AccountId, content: TicketContent, places: readonly ChannelPlace[]): string {
  return createHash('sha256')
    .update(contentText(requester, content, places))
    .digest('hex');
}

/**
 * Canonical JSON of what is asked for: what an approval is bound to. `places` holds every target account of the content.
 * Format 2 adds the terms of files and forwarding, format 3 several windows and the terms of the ticket. A ticket without
 * them keeps its earlier format, so that an approval given before there were any holds.
 */
export function contentText(requester: AccountId, content: TicketContent, places: readonly ChannelPlace[]): string {
  const format = formatOf(content);
  const channels = content.channels.map(({ targetAccountId, kinds, files, destinations }) => {
    const place = places.find((each) => each.targetAccountId === targetAccountId);
    if (place === undefined) throw channelsInvalid();
    const { target, host, port, login } = place;
    const agreed = { targetAccountId, target, host, port, login, kinds };
    const terms = { files: files && { ...files }, destinations: destinations?.map((each) => ({ ...each })) ?? null };
    return format === 1 ? agreed : { ...agreed, ...terms };
  });
  const { purpose, plan, windowStart, windowEnd, sources } = content;
  const asked = { format, requester, purpose, plan, windowStart, windowEnd, sources, channels };
  return canonicalJson(format === 3 ? { ...asked, ...termsText(content) } : asked);
}

function formatOf(content: TicketContent): 1 | 2 | 3 {
  if (hasTerms(content)) return 3;
  return content.channels.some(({ files, destinations }) => files !== null || destinations !== null) ? 2 : 1;
}

/** Whether it says more than one window, places and purpose. */
export function hasTerms({ windows, terms }: Pick<TicketContent, 'windows' | 'terms'>): boolean {
  return windows.length > 1 || !isPlain(terms);
}

function termsText({ windows, terms }: TicketContent) {
  const { changes, tools, attachments, ...rest } = terms;
  const files = attachments && { attachments: attachments.map((each) => ({ ...each })) };
  return {
    windows: windows.map(({ start, end }) => ({ start, end })),
    terms: {
      ...rest,
      ...files,
      changes: changes.map((each) => ({ ...each })),
      tools: tools.map((each) => ({ ...each })),
    },
  };
}

function parseChannels(channels: TicketBody['channels']): AgreedChannel[] {
  if (channels.length === 0 || channels.length > MOST_CHANNELS) throw channelsInvalid();
  const parsed = channels.map(parseChannel);
  if (new Set(parsed.map(({ targetAccountId }) => targetAccountId)).size !== parsed.length) throw channelsInvalid();
  return parsed.sort((a, b) => (a.targetAccountId < b.targetAccountId ? -1 : 1));
}

function parseChannel(channel: ChannelBody): AgreedChannel {
  const targetAccountId = parseId('tac', channel.targetAccountId);
  if (targetAccountId === undefined || channel.kinds.length === 0) throw channelsInvalid();
  const kinds = [...new Set(channel.kinds)].sort();
  const files = channel.files ?? null;
  const destinations = channel.destinations ?? null;
  if (kinds.includes('sftp') !== (files !== null)) throw termsMisplaced();
  if (kinds.includes('forward') !== (destinations !== null)) throw termsMisplaced();
  return {
    targetAccountId,
    kinds,
    files: files && parseFileTerms(files),
    destinations: destinations && parseDestinations(destinations),
  };
}
