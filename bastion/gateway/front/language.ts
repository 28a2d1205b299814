// Which language a line from Sluice takes in a terminal: what the client says in LANG or LC_*, both when it is silent.

import type { Sentence } from '../../../store/core/refusal.ts';

export type Language = 'zh' | 'en' | 'both';

/** POSIX: LC_ALL wins over LC_MESSAGES wins over LANG. */
export function languageOf(env: Readonly<Record<string, string>>): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG;
  if (locale === undefined || locale === '') return 'both';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Lines to print, each marked as Sluice's own. */
export function linesOf(sentence: Sentence, language: Language): string[] {
  const zh = `闸口：${sentence.zh}`;
  const en = `Sluice: ${sentence.en}`;
  if (language === 'zh') return [zh];
  return language === 'en' ? [en] : [zh, en];
}
