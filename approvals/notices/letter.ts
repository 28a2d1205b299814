// A notice in words, for one medium.

import { centreTime } from '../ticket/centre-time.ts';
import type { Letter } from './notice.ts';
import type { WaitingDelivery } from './notice-repository.ts';
import { OCCASIONS } from './occasion.ts';

export interface Letterhead {
  /** Of the page, without a path; null where it is not known. */
  readonly publicUrl: string | null;
  readonly timeZone: string;
}

/** Undefined for a kind that this version does not know. */
export function letterOf(waiting: WaitingDelivery, { publicUrl, timeZone }: Letterhead): Letter | undefined {
  const { notice, person, ticket } = waiting;
  const occasion = Object.entries(OCCASIONS).find(([kind]) => kind === notice.kind)?.[1];
  if (occasion === undefined) return undefined;
  const title = occasion.title(ticket?.number ?? '');
  const path = notice.ticket === null ? occasion.path : `/tickets/${notice.ticket}`;
  const link = publicUrl === null ? null : new URL(path, publicUrl).href;
  const about = ticket === null || person === null ? [] : ticketLines(ticket, timeZone, person.language);
  return {
    id: notice.id,
    kind: notice.kind,
    at: notice.at,
    ticket: notice.ticket === null || ticket === null ? null : { id: notice.ticket, number: ticket.number },
    to: person?.email ?? null,
    title,
    subject: person?.language === 'en' ? `Sluice: ${title.en}` : `闸口：${title.zh}`,
    lines: person === null ? [title.zh, title.en] : [title[person.language], ...about, closing(person.language)],
    link,
  };
}

function ticketLines(
  { purpose, requester, vendor, windowStart, windowEnd }: NonNullable<WaitingDelivery['ticket']>,
  timeZone: string,
  language: 'zh' | 'en',
): string[] {
  const who = vendor === null ? requester : `${requester}（${vendor}）`;
  const when = `${centreTime(windowStart, timeZone)} – ${centreTime(windowEnd, timeZone)}`;
  return language === 'zh'
    ? [`申请人：${who}`, `用途：${purpose}`, `窗口：${when}`]
    : [`Requester: ${who}`, `Purpose: ${purpose}`, `Window: ${when}`];
}

function closing(language: 'zh' | 'en'): string {
  return language === 'zh'
    ? '请登录闸口查看和处理；回复本邮件不起任何作用。'
    : 'Sign in to Sluice to look and to act; an answer to this message does nothing.';
}
