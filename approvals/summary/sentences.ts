// What an approver is asked, as sentences made from the data: who, where, when, what will be possible and what not.

import type { Sentence } from '../../store/core/refusal.ts';
import { centreTime } from '../ticket/centre-time.ts';
import type { TicketTerms } from '../ticket/terms.ts';
import type { InForce } from '../ticket/ticket.ts';
import { attachmentWords } from './attachment-words.ts';
import { channelWords, type NamedPlace, notPossible } from './channel-words.ts';
import type { Told } from './told.ts';

/** The first one says the most important. */
export function sentencesOf(told: Told): readonly Sentence[] {
  const { left, terms, timeZone } = told;
  return [
    opening(told),
    ...left.windows.map(({ start, end }) => {
      const [from, to] = [centreTime(start, timeZone), centreTime(end, timeZone)];
      return { zh: `时间：${from} 至 ${to}，到点自动关闭`, en: `from ${from} to ${to}, then it closes by itself` };
    }),
    ...left.channels.map((channel) => channelWords(channel, told.place(channel.targetAccountId))),
    ...[notPossible(left.channels)].filter((each) => each !== undefined),
    changes(left, told.place),
    impact(terms),
    ...attachmentWords(terms),
    ...conditions(left),
  ];
}

function opening({ requester, companions, left, place, terms }: Told): Sentence {
  const targets = [...new Set(left.channels.map(({ targetAccountId }) => place(targetAccountId).target))].sort();
  const others = companions.length;
  const zh = `${requester.vendor ?? '本中心'}的${requester.displayName}${others === 0 ? '' : `等 ${others + 1} 人`}`;
  const en = `${requester.displayName} of ${requester.vendor ?? 'the centre'}${others === 0 ? '' : ` and ${others} more`}`;
  const how = URGENCY[terms.urgency];
  return {
    zh: `${how.zh}${zh}要登录 ${targets.length} 台服务器：${targets.join('、')}`,
    en: `${how.en}${en} wants to log in on ${targets.length} server${targets.length === 1 ? '' : 's'}: ${targets.join(', ')}`,
  };
}

const URGENCY: { readonly [U in TicketTerms['urgency']]: Sentence } = {
  planned: { zh: '', en: '' },
  emergency: { zh: '应急：', en: 'emergency: ' },
  drill: { zh: '应急演练：', en: 'emergency drill: ' },
};

function changes(
  { changes: declared }: InForce,
  place: (id: InForce['changes'][number]['targetAccountId']) => NamedPlace,
) {
  if (declared.length === 0) return { zh: '申报不改动任何文件', en: 'no file is declared to be changed' };
  const list = declared.map(({ targetAccountId, path, change }) => ({
    zh: `${change === 'delete' ? '删除' : '修改'} ${place(targetAccountId).target} 上的 ${path}`,
    en: `${change} ${path} on ${place(targetAccountId).target}`,
  }));
  return {
    zh: `动手之前先留存原件，然后${list.map(({ zh }) => zh).join('；')}`,
    en: `after the originals are kept: ${list.map(({ en }) => en).join('; ')}`,
  };
}

function impact({ impact: on, notice }: TicketTerms): Sentence {
  const announced = notice === null ? { zh: '', en: '' } : { zh: `，公告：${notice}`, en: `; announced as: ${notice}` };
  switch (on) {
    case 'none':
      return { zh: `不影响交易${announced.zh}`, en: `trading is not affected${announced.en}` };
    case 'degraded':
      return {
        zh: `交易会变慢或部分不可用${announced.zh}`,
        en: `trading is slower or partly unavailable${announced.en}`,
      };
    case 'interrupted':
      return { zh: `交易会中断${announced.zh}`, en: `trading is interrupted${announced.en}` };
  }
}

function conditions({ supervised, finishRunning, withoutBackup }: InForce): readonly Sentence[] {
  const said: Sentence[] = [];
  if (supervised) said.push({ zh: '须有中心人员旁站监督', en: 'somebody of the centre has to watch' });
  if (finishRunning) {
    const zh = '窗口结束时，正在运行的命令可在短时间内跑完';
    said.push({ zh, en: 'what runs when the window ends may finish, for a short while' });
  }
  if (withoutBackup !== null) {
    const en = `it may open although originals cannot be kept, because: ${withoutBackup}`;
    said.push({ zh: `原件无法留存时也可打开，理由：${withoutBackup}`, en });
  }
  return said;
}
