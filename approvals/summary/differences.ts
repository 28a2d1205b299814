// What a ticket asks for that the company's last tickets did not.

import type { Sentence } from '../../store/core/refusal.ts';
import type { AgreedChannel } from '../ticket/agreed-channel.ts';
import type { Ticket } from '../ticket/ticket.ts';
import type { Window } from '../ticket/windows.ts';
import { KIND_WORDS } from './channel-words.ts';
import type { Told } from './told.ts';

const HOUR = 3_600_000;

/** Empty where there is nothing to compare with, or nothing new. */
export function differencesOf({ left, sources, earlier, place }: Told): readonly Sentence[] {
  if (earlier.length === 0) return [];
  const said: Sentence[] = [];
  const add = (news: readonly string[], zh: string, en: string): void => {
    if (news.length > 0) said.push({ zh: `${zh}：${news.join('、')}`, en: `${en}: ${news.join(', ')}` });
  };
  const before = earlier.flatMap(({ content }) => content.channels);
  const name = ({ targetAccountId }: AgreedChannel): string => {
    const { login, target } = place(targetAccountId);
    return `${login}@${target}`;
  };
  const known = new Set(before.map(({ targetAccountId }) => targetAccountId));
  add(
    left.channels.filter(({ targetAccountId }) => !known.has(targetAccountId)).map(name),
    '以前没有登录过',
    'not used before',
  );
  const kinds = new Set(before.flatMap((channel) => channel.kinds));
  const news = [...new Set(left.channels.flatMap((channel) => channel.kinds))].filter((kind) => !kinds.has(kind));
  if (news.length > 0) {
    const words = news.map((kind) => KIND_WORDS[kind]);
    said.push({
      zh: `以前没有申请过：${words.map(({ zh }) => zh).join('、')}`,
      en: `not asked for before: ${words.map(({ en }) => en).join(', ')}`,
    });
  }
  const from = new Set(earlier.flatMap(({ content }) => content.sources));
  add(
    sources.filter((source) => !from.has(source)),
    '新的来源地址',
    'new source addresses',
  );
  said.push(...longer(left.windows, earlier));
  return said;
}

function longer(windows: readonly Window[], earlier: readonly Ticket[]): readonly Sentence[] {
  const hours = (of: readonly Window[]): number => Math.max(...of.map(({ start, end }) => (end - start) / HOUR));
  const [now, before] = [hours(windows), hours(earlier.flatMap(({ content }) => content.windows))];
  // Half as long again: otherwise it is no news.
  if (now <= before * 1.5) return [];
  const round = (value: number): number => Math.round(value * 10) / 10;
  return [
    {
      zh: `窗口 ${round(now)} 小时，以往最长 ${round(before)} 小时`,
      en: `a window of ${round(now)} hours; the longest before was ${round(before)}`,
    },
  ];
}
