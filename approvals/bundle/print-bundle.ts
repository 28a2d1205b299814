// What a verified bundle says, as text for people in one of the two languages: the verdict, what does not hold, what
// happened, and what cannot be known from it.

import type { Sentence } from '../../store/core/refusal.ts';
import { shown, shownLine } from '../../store/core/shown-text.ts';
import type { BundleEvent } from './bundle-events.ts';
import type { ToldTimestamp } from './bundle-timestamps.ts';
import type { TicketStory, ToldSession } from './ticket-story.ts';
import type { BundleReport } from './verify-bundle.ts';

export type BundleLanguage = keyof Sentence;

/** Lines of plain text, ending in a newline. Times are UTC. */
export function printBundle(report: BundleReport, language: BundleLanguage): string {
  const say = (sentence: Sentence): string => sentence[language];
  const findings = report.findings.flatMap(({ about, sentence }) => [`  ${shown(about)}`, `      ${say(sentence)}`]);
  const paragraphs = [[say(verdict(report)), ...findings], happened(report).map(say), unknown(report).map(say)];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(shownLine).join('\n'))
    .join('\n\n')}\n`;
}

function verdict({ verdict: word, findings }: BundleReport): Sentence {
  switch (word) {
    case 'anchored':
      return { zh: '核验通过：没有改动，没有缺失', en: 'verified: nothing altered, nothing missing' };
    case 'consistent':
      return {
        zh: '内容前后一致，但日志的公钥没有从别处得到证实：请用 --policy 给出所信任的公钥',
        en: 'consistent in itself, but the log’s key is not known from elsewhere: give the one you trust with --policy',
      };
    case 'broken':
      return { zh: `核验未通过：发现 ${findings.length} 处问题`, en: `NOT verified: ${findings.length} finding(s)` };
  }
}

function happened({
  manifest,
  story,
  checkpoint,
  witnesses,
  timestamps,
  events,
  recordedBytes,
}: BundleReport): Sentence[] {
  if (manifest === undefined || story === undefined || checkpoint === undefined) return [];
  const { number } = manifest.ticket;
  return [
    { zh: `工单 ${shown(number)}`, en: `ticket ${shown(number)}` },
    ...act(story.created, '提出申请', 'asked for it'),
    ...story.stages.flatMap(stage),
    ...(story.windows ?? []).map(({ start, end }) => ({
      zh: `  批准的窗口 ${time(start)} 至 ${time(end)}`,
      en: `  approved window ${time(start)} to ${time(end)}`,
    })),
    ...story.extensions.flatMap((granted) => {
      const until = time(Number(granted.details.until));
      return act(granted, `批准窗口延长至 ${until}`, `granted more time, until ${until}`);
    }),
    ...story.sessions.flatMap((each) => [...session(each), ...judged(story, each.id, '    ')]),
    ...judged(story, manifest.ticket.id, '  '),
    {
      zh: `日志 ${checkpoint.origin}：${checkpoint.size} 条，其中 ${events} 条在此，每条都有证明；录像 ${recordedBytes} 字节`,
      en: `log ${checkpoint.origin}: ${checkpoint.size} leaves, ${events} of them here, each proven; ${recordedBytes} bytes of recordings`,
    },
    ...witnesses.map(({ name, at }) => ({
      zh: `见证方 ${shown(name)} 于 ${time(at)} 签名`,
      en: `witness ${shown(name)} signed it at ${time(at)}`,
    })),
    ...timestamps.map(stamped),
  ];
}

function act(event: BundleEvent | undefined, zh: string, en: string): Sentence[] {
  if (event === undefined) return [];
  const who = shown(event.actorName ?? '?');
  return [{ zh: `  ${time(event.at)} ${who} ${zh}`, en: `  ${time(event.at)} ${who} ${en}` }];
}

const STAGES: { readonly [type: string]: Sentence } = {
  'ticket.submitted': { zh: '提交', en: 'submitted it' },
  'ticket.revised': { zh: '重新填写，先前的决定作废', en: 'wrote it anew, which voids what was decided' },
  'ticket.filed': { zh: '报送', en: 'filed it' },
  'ticket.endorsed': { zh: '批准，还须另一人批准', en: 'approved it, one of several who have to' },
  'ticket.approved': { zh: '批准', en: 'approved it' },
  'ticket.refused': { zh: '退回', en: 'refused it' },
  'ticket.withdrawn': { zh: '撤回', en: 'withdrew it' },
  'ticket.revoked': { zh: '撤销批准', en: 'revoked it' },
  'ticket.reported': { zh: '提交完成报告', en: 'reported it done' },
  'ticket.sent-back': { zh: '退回报告', en: 'sent the report back' },
  'ticket.closed': { zh: '关闭', en: 'closed it' },
};

function stage(event: BundleEvent): Sentence[] {
  const words = STAGES[event.type];
  return words === undefined ? [] : act(event, words.zh, words.en);
}

/** What the events show besides: what holds, and what was not done. What does not hold is among the findings. */
function judged({ matters }: TicketStory, about: string, indent: string): Sentence[] {
  return matters
    .filter((matter) => matter.about === about && (matter.outcome === 'holds' || matter.outcome === 'lacking'))
    .map(({ outcome, sentence }) => {
      const [zh, en] = outcome === 'holds' ? ['符合', 'holds'] : ['未做到', 'NOT done'];
      return { zh: `${indent}${zh}：${shown(sentence.zh)}`, en: `${indent}${en}: ${shown(sentence.en)}` };
    });
}

/** What they leave open, once for each sentence. */
function leftOpen({ matters }: TicketStory): Sentence[] {
  const open = matters.filter(({ outcome }) => outcome === 'unknown');
  return open.map(({ about, sentence: { zh, en } }) => ({
    zh: `  ${shown(zh)}（${shown(about)}）`,
    en: `  ${shown(en)} (${shown(about)})`,
  }));
}

function session({ id, opened, ended, destroyed }: ToldSession): Sentence[] {
  const [kind, login, target] = [opened.details.kind, opened.details.login, opened.details.target].map((each) =>
    shown(String(each)),
  );
  const until = ended === undefined ? '…' : `${time(ended.at)} (${shown(String(ended.details.reason))})`;
  return [
    {
      zh: `  会话 ${id}：${kind}，账号 ${login}，资产 ${target}，${time(opened.at)} 至 ${until}`,
      en: `  session ${id}: ${kind} as ${login} on ${target}, ${time(opened.at)} to ${until}`,
    },
    ...(destroyed === undefined
      ? []
      : [
          {
            zh: `    录像已于 ${time(destroyed.at)} 按规定销毁，哈希仍在日志中`,
            en: `    its recording was destroyed at ${time(destroyed.at)} as the rules allow; its hashes are in the log`,
          },
        ]),
  ];
}

/** No later than that; nothing says how much earlier. */
function stamped({ authority, at, events, trusted }: ToldTimestamp): Sentence {
  const [zhBy, enBy] = trusted ? ['', ''] : ['（证书未核对）', ' (its certificate was not checked)'];
  return {
    zh: `时间戳机构 ${shown(authority)}${zhBy}：这里的前 ${events} 条事件不晚于 ${time(at)} 写入日志`,
    en: `timestamp by ${shown(authority)}${enBy}: the first ${events} events here were in the log by ${time(at)}`,
  };
}

/** What timestamps leave open about times. */
function untimed(timestamps: readonly ToldTimestamp[], events: number): Sentence[] {
  const left = events - (timestamps.at(-1)?.events ?? 0);
  return [
    ...(timestamps.length === 0
      ? []
      : [
          {
            zh: '  事件比时间戳早多久：时间戳只说明不晚于何时',
            en: '  how long before its timestamp an event was written: a timestamp says by when, not since when',
          },
        ]),
    ...(timestamps.every(({ trusted }) => trusted)
      ? []
      : [
          {
            zh: '  时间戳机构是谁：请用 --timestamp-ca 给出所信任的证书',
            en: '  who the timestamp authority is: give the certificate you trust with --timestamp-ca',
          },
        ]),
    ...(left === 0
      ? []
      : [
          {
            zh: `  最后 ${left} 条事件按别人的时钟是何时写入的：没有覆盖它们的时间戳`,
            en: `  by when the last ${left} events were written, by anybody else’s clock: no timestamp covers them`,
          },
        ]),
  ];
}

function unknown({ manifest, story, timestamps, events, witnessesAsked, verdict: word }: BundleReport): Sentence[] {
  if (manifest === undefined || story === undefined) return [];
  const open = story.sessions.some(({ ended }) => ended === undefined);
  const lines: (Sentence | undefined)[] = [
    { zh: '由此不能得知：', en: 'cannot be known from this:' },
    {
      zh: '  日志里是否还有关于这张工单、却没有放进来的事件',
      en: '  whether the log holds more events about this ticket that were not put in',
    },
    {
      zh: '  录像里显示了什么：内容是加密的，这里只证明它没有被改动',
      en: '  what the recordings show: they are encrypted, and only shown to be unaltered',
    },
    {
      zh: '  时间是否准确：它们是那台机器的时钟所说的',
      en: '  whether the times are right: they are what the machine’s clock said',
    },
    ...untimed(timestamps, events),
    ...leftOpen(story),
    {
      zh: '  资产分组当时要求几人审批、还有没有别的冻结时段：这里只有放进来的',
      en: '  what the groups of its targets asked for, and whether there were other freezes: only what was put in is here',
    },
    {
      zh: '  原件和附件的内容：这里只有它们的哈希',
      en: '  what is in originals and attached files: only their hashes are here',
    },
    { zh: '  summary.txt 是否如实：它不在证明之内', en: '  whether summary.txt is true: nothing proves it' },
    ...(manifest.scope === 'session'
      ? [
          {
            zh: '  同一工单的其他会话：这里只有点名的',
            en: '  other sessions of the ticket: only those named are here',
          },
        ]
      : []),
    story.windows === undefined
      ? { zh: '  批准的是什么内容：包里没有工单原文', en: '  what exactly was approved: the ticket’s text is not here' }
      : undefined,
    open
      ? {
          zh: '  尚未结束的会话，最后一次记入日志之后的部分',
          en: '  of a session without an end, what came after its last logged head',
        }
      : undefined,
    witnessesAsked
      ? undefined
      : {
          zh: '  日志是否被整体重写：没有要求见证方',
          en: '  whether the whole log was written again: no witnesses were asked for',
        },
    word === 'consistent'
      ? { zh: '  公钥属于谁：它与证据放在一起', en: '  whose key it is: it lies beside the evidence' }
      : undefined,
  ];
  return lines.filter((line) => line !== undefined);
}

function time(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString();
}
