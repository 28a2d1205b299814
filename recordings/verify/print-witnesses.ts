// What a report says about witnesses: who has seen how much of the log, and what that leaves open.

import type { LogFacts } from '../../audit/verify-log.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import { shown } from '../../store/core/shown-text.ts';

export function witnessFacts({ witnessing }: LogFacts, language: keyof Sentence): readonly string[] {
  const zh = language === 'zh';
  const lines = witnessing.witnesses.map(({ name, known, size, at }) => {
    const time = new Date(at).toISOString();
    return zh
      ? `见证方    ${shown(name)}${known ? '' : '（不在策略中）'}：见证到 ${size} 条，${time}`
      : `witness      ${shown(name)}${known ? '' : ' (not in the policy)'}: has cosigned ${size} leaves, ${time}`;
  });
  const { covered } = witnessing;
  if (covered === undefined) return lines;
  return [
    ...lines,
    zh ? `已见证    ${covered} 条，见证方数量符合策略` : `witnessed    ${covered} leaves, as the policy asks`,
  ];
}

export function witnessLimits({ witnessing, leaves }: LogFacts, language: keyof Sentence): readonly string[] {
  const { covered } = witnessing;
  if (covered === undefined || covered >= leaves) return [];
  const [first, last] = [covered, leaves - 1];
  return [
    language === 'zh'
      ? `  第 ${first} 至 ${last} 条证据没有被持有日志私钥的人重写：见证方尚未见证这一段`
      : `  that leaves ${first} to ${last} were not written again with the log's own key: no witness has seen them yet`,
  ];
}

/** How much of the log is older than a time that somebody else has set down. */
export function stampFacts({ stamping }: LogFacts, language: keyof Sentence): readonly string[] {
  const { timestamps, trusted, size, at } = stamping;
  if (size === undefined || at === undefined) return [];
  const time = new Date(at).toISOString();
  const [zhBy, enBy] =
    trusted === undefined ? ['，机构证书未核对', ', by an authority that was not checked'] : ['', ''];
  return [
    language === 'zh'
      ? `时间戳    ${timestamps} 个，前 ${size} 条证据不晚于 ${time}${zhBy}`
      : `timestamps   ${timestamps}; the first ${size} leaves are no later than ${time}${enBy}`,
  ];
}
