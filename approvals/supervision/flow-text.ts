// What an engineer reads when their session is stopped and goes on, and how a supervisor's line looks in their terminal.

import type { Sentence } from '../../store/core/refusal.ts';
import type { FreezeCause } from './flow.ts';

export const GOES_ON: Sentence = {
  zh: '监督人在线，会话继续。',
  en: 'a supervisor is watching; the session goes on.',
};

export const RELEASED: Sentence = { zh: '监督人已恢复会话。', en: 'the supervisor lets the session go on.' };

export function frozenText(cause: FreezeCause, reason: string | undefined): Sentence {
  if (cause === 'unwatched') {
    return {
      zh: '监督人已离开，会话已冻结；您的输入会保留，监督人回来后继续。',
      en: 'the supervisor has left and the session is frozen; what you type is kept until one is back.',
    };
  }
  const [zh, en] = reason === undefined ? ['', ''] : [`：${reason}`, `: ${reason}`];
  return { zh: `监督人已冻结会话${zh}`, en: `a supervisor has frozen the session${en}` };
}

/** `text`: one line in the supervisor's own words. */
export function supervisorsLine(displayName: string, text: string): Sentence {
  return { zh: `监督人 ${displayName}：${text}`, en: `supervisor ${displayName}: ${text}` };
}
