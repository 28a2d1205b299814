// A verification report as text for people, in one of the two languages.

import type { Finding } from '../../audit/finding.ts';
import { shown, shownLine } from '../../store/core/shown-text.ts';
import { stampFacts, witnessFacts, witnessLimits } from './print-witnesses.ts';
import type { DataFolderReport } from './verify-data-folder.ts';

export type ReportLanguage = 'zh' | 'en';

/** Lines of plain text, the verdict first, ending in a newline. */
export function printReport(report: DataFolderReport, language: ReportLanguage): string {
  const say = language === 'zh' ? inChinese(report) : inEnglish(report);
  const findings = report.findings.flatMap((finding) => [`  ${place(finding)}`, `      ${finding.sentence[language]}`]);
  const lines = [say.verdict, ...findings, '', ...say.facts, '', ...say.limits];
  return `${lines.map(shownLine).join('\n')}\n`;
}

interface Text {
  readonly verdict: string;
  readonly facts: readonly string[];
  readonly limits: readonly string[];
}

function inEnglish({ findings, log, recordings }: DataFolderReport): Text {
  return {
    verdict:
      findings.length === 0
        ? 'verified: nothing altered, nothing missing'
        : `NOT verified: ${findings.length} finding${findings.length === 1 ? '' : 's'}`,
    facts: [
      `log          ${log.origin ?? 'unknown'}`,
      `leaves       ${log.leaves}, from ${time(log.from)} to ${time(log.to)}`,
      `checkpoints  ${log.checkpoints}, latest root ${log.root ?? 'none'}`,
      ...witnessFacts(log, 'en'),
      ...stampFacts(log, 'en'),
      `clock        set back ${log.clockSetBack} times`,
      `silence      at most ${Math.ceil(log.longestSilenceMs / 1000)} s between two leaves`,
      `recordings   ${recordings.recordings} (${recordings.sealed} sealed, ${recordings.recovered} recovered, ${recordings.open} open, ${recordings.destroyed} destroyed), ${recordings.bytes} bytes`,
    ],
    limits: [
      'cannot be proven from these files:',
      '  what happened after the latest checkpoint, and the end of an open recording after its last logged head',
      ...(log.keyTrusted
        ? []
        : ['  that the key is the right one: none was given, so everything may have been signed again by another']),
      ...witnessLimits(log, 'en'),
      ...(log.keptCheckpoints > 0
        ? []
        : ['  that the folder was not put back to an earlier state: no checkpoint kept elsewhere was given']),
    ],
  };
}

function inChinese({ findings, log, recordings }: DataFolderReport): Text {
  return {
    verdict: findings.length === 0 ? '验证通过：没有改动，没有缺失' : `验证未通过：发现 ${findings.length} 处问题`,
    facts: [
      `日志      ${log.origin ?? '未知'}`,
      `证据      ${log.leaves} 条，${time(log.from)} 至 ${time(log.to)}`,
      `检查点    ${log.checkpoints} 个，最新根 ${log.root ?? '无'}`,
      ...witnessFacts(log, 'zh'),
      ...stampFacts(log, 'zh'),
      `时钟      被拨回 ${log.clockSetBack} 次`,
      `静默      相邻两条证据最多相隔 ${Math.ceil(log.longestSilenceMs / 1000)} 秒`,
      `录像      ${recordings.recordings} 份（已封存 ${recordings.sealed}，已恢复 ${recordings.recovered}，未结束 ${recordings.open}，已销毁 ${recordings.destroyed}），${recordings.bytes} 字节`,
    ],
    limits: [
      '仅凭这些文件不能证明：',
      '  最新检查点之后发生的事，以及未结束的录像在最后一次记入日志之后的部分',
      ...(log.keyTrusted ? [] : ['  公钥是正确的那一把：没有给出所信任的公钥，全部内容可能被另一把密钥重新签名']),
      ...witnessLimits(log, 'zh'),
      ...(log.keptCheckpoints > 0 ? [] : ['  文件夹没有被整体退回到以前的状态：没有给出另存的检查点']),
    ],
  };
}

function place({ where }: Finding): string {
  const parts = [
    where.leaf === undefined ? undefined : `leaf ${where.leaf}`,
    where.frame === undefined ? undefined : `frame ${where.frame}`,
    where.offset === undefined ? undefined : `byte ${where.offset}`,
  ].filter((part) => part !== undefined);
  return [shown(where.file), ...parts].join(', ');
}

function time(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : new Date(milliseconds).toISOString();
}
