// Every reason for which the gate says no: its code, its sentence, and what it means for a channel that is already
// live. Sentences with times are shown to the ticket's own requester only, in the centre's time zone.

import { lockedOut } from '../../identity/locks/lock.ts';
import type { FileRight } from '../../store/core/channel-terms.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import { Refusal, type RefusalKind, type Sentence } from '../../store/core/refusal.ts';
import type { TicketState } from '../../store/schema/states.ts';
import { centreTime } from '../ticket/centre-time.ts';
import { STATE_WORDS } from '../ticket/machine-refusals.ts';

export type Denial =
  | { readonly code: 'account.not-active' | 'login.second-factor-missing' | 'centre.incomplete' | 'access.locked' }
  /** A policy's code and sentence. */
  | { readonly code: 'policy'; readonly refusal: Refusal }
  | { readonly code: 'ticket.not-approved'; readonly number: string; readonly state: TicketState }
  | { readonly code: 'ticket.altered' | 'channel.frozen'; readonly number: string }
  | { readonly code: 'channel.not-yet'; readonly number: string; readonly opens: number }
  | { readonly code: 'channel.over'; readonly number: string; readonly ended: number }
  | { readonly code: 'channel.source-not-agreed'; readonly number: string; readonly source: string }
  | { readonly code: 'channel.kind-not-agreed'; readonly number: string; readonly kind: string }
  | {
      readonly code: 'channel.transfer-not-agreed';
      readonly number: string;
      readonly program: string;
      readonly missing: readonly FileRight[];
    }
  | { readonly code: 'channel.transfer-within-paths'; readonly number: string; readonly program: string }
  | { readonly code: 'channel.sftp-by-command'; readonly program: string }
  | { readonly code: 'channel.destination-not-agreed'; readonly number: string; readonly destination: string }
  | { readonly code: 'channel.target-retired' | 'channel.target-locked'; readonly target: string }
  | { readonly code: 'channel.unknown-target' | 'channel.ambiguous'; readonly choices: readonly string[] };

/** The nearer to a yes, the higher: where several tickets say no, the nearest one's reason is shown. */
export const NEARNESS: { readonly [C in Denial['code']]: number } = {
  'centre.incomplete': 0,
  'access.locked': 0,
  'channel.target-locked': 4,
  'account.not-active': 0,
  'login.second-factor-missing': 0,
  policy: 0,
  'channel.unknown-target': 0,
  'channel.ambiguous': 0,
  'ticket.altered': 1,
  'ticket.not-approved': 2,
  'channel.over': 3,
  'channel.target-retired': 4,
  'channel.not-yet': 5,
  'channel.frozen': 5,
  'channel.kind-not-agreed': 6,
  'channel.transfer-not-agreed': 7,
  'channel.transfer-within-paths': 7,
  'channel.sftp-by-command': 7,
  'channel.destination-not-agreed': 7,
  'channel.source-not-agreed': 8,
};

/** Why a live channel ends when its decision, made again, says this. */
export function endReasonOf(denial: Denial): EndReason {
  if (denial.code === 'account.not-active') return 'account-departed';
  // Before its next window: the one it was opened in is over.
  if (denial.code === 'channel.over' || denial.code === 'channel.not-yet') return 'window-ended';
  if (denial.code === 'access.locked' || denial.code === 'channel.target-locked') return 'access-locked';
  if (denial.code === 'channel.frozen') return 'freeze-began';
  if (denial.code !== 'ticket.not-approved') return 'access-changed';
  if (denial.state === 'revoked') return 'ticket-revoked';
  if (denial.state === 'withdrawn') return 'ticket-withdrawn';
  return denial.state === 'reported' || denial.state === 'closed' ? 'closed-by-requester' : 'access-changed';
}

export function refusalOf(denial: Denial, timeZone: string): Refusal {
  if (denial.code === 'policy') return denial.refusal;
  return new Refusal(denial.code, kindOf(denial), sentenceOf(denial, timeZone));
}

function kindOf({ code }: Denial): RefusalKind {
  if (code === 'account.not-active' || code === 'login.second-factor-missing') return 'unauthenticated';
  if (code === 'channel.unknown-target') return 'absent';
  return code === 'channel.ambiguous' ? 'invalid' : 'forbidden';
}

function sentenceOf(denial: Exclude<Denial, { code: 'policy' }>, timeZone: string): Sentence {
  switch (denial.code) {
    case 'account.not-active':
      return { zh: '该账号已停用', en: 'this account is not active' };
    case 'access.locked': {
      const { zh, en } = lockedOut().sentence;
      return { zh, en };
    }
    case 'centre.incomplete':
      return {
        zh: '管理员、中心负责人和审计员尚未全部到岗，不能打开通道',
        en: 'nothing opens until there are an administrator, a head and an auditor',
      };
    case 'login.second-factor-missing':
      return { zh: '打开通道需要第二因素', en: 'opening a channel takes a second factor' };
    case 'channel.unknown-target':
    case 'channel.ambiguous':
      return choices(denial);
    default:
      return aboutTicket(denial, timeZone);
  }
}

const RIGHT_WORDS: Readonly<Record<FileRight, Sentence>> = {
  list: { zh: '查看', en: 'listing' },
  download: { zh: '下载', en: 'downloading' },
  upload: { zh: '上传', en: 'uploading' },
  delete: { zh: '删除', en: 'deleting' },
};

type AboutTicket = Exclude<
  Denial,
  {
    code:
      | 'policy'
      | 'account.not-active'
      | 'centre.incomplete'
      | 'access.locked'
      | 'login.second-factor-missing'
      | 'channel.unknown-target'
      | 'channel.ambiguous';
  }
>;

function aboutTicket(denial: AboutTicket, timeZone: string): Sentence {
  switch (denial.code) {
    case 'ticket.not-approved': {
      const { zh, en } = STATE_WORDS[denial.state];
      return { zh: `工单 ${denial.number} ${zh}`, en: `ticket ${denial.number} is ${en}` };
    }
    case 'ticket.altered':
      return {
        zh: `工单 ${denial.number} 批准后，其内容或资产位置已变化，请重新申请`,
        en: `what ticket ${denial.number} asked for has changed since its approval; ask again`,
      };
    case 'channel.frozen':
      return {
        zh: `现在是冻结时段，工单 ${denial.number} 的通道不能打开`,
        en: `this is a freeze: channels of ticket ${denial.number} stay closed`,
      };
    case 'channel.not-yet': {
      const opens = centreTime(denial.opens, timeZone);
      return {
        zh: `工单 ${denial.number} 的窗口于 ${opens} 开始`,
        en: `the window of ${denial.number} opens at ${opens}`,
      };
    }
    case 'channel.over': {
      const ended = centreTime(denial.ended, timeZone);
      return {
        zh: `工单 ${denial.number} 的窗口已于 ${ended} 结束`,
        en: `the window of ${denial.number} ended at ${ended}`,
      };
    }
    case 'channel.source-not-agreed':
      return {
        zh: `工单 ${denial.number} 未约定来源地址 ${denial.source}`,
        en: `ticket ${denial.number} does not name the source ${denial.source}`,
      };
    case 'channel.kind-not-agreed':
      return {
        zh: `工单 ${denial.number} 未约定 ${denial.kind} 通道`,
        en: `ticket ${denial.number} does not agree to ${denial.kind} channels`,
      };
    case 'channel.transfer-not-agreed': {
      const zh = denial.missing.map((right) => RIGHT_WORDS[right].zh).join('、');
      const en = denial.missing.map((right) => RIGHT_WORDS[right].en).join(', ');
      return {
        zh: `工单 ${denial.number} 未约定${zh}文件（${denial.program}）`,
        en: `ticket ${denial.number} does not agree to ${en} files (${denial.program})`,
      };
    }
    case 'channel.transfer-within-paths':
      return {
        zh: `工单 ${denial.number} 只约定了部分目录，${denial.program} 无法限定目录；请用 sftp，或不带 -O 的 scp`,
        en: `ticket ${denial.number} agrees to some directories only, which ${denial.program} cannot be held to; use sftp, or scp without -O`,
      };
    case 'channel.sftp-by-command':
      return {
        zh: '不能以命令方式启动 sftp 服务；请用 sftp 客户端',
        en: 'an sftp server is not started by a command; use an sftp client',
      };
    case 'channel.destination-not-agreed':
      return {
        zh: `工单 ${denial.number} 未约定转发到 ${denial.destination}`,
        en: `ticket ${denial.number} does not name the destination ${denial.destination}`,
      };
    case 'channel.target-locked':
      return { zh: `资产 ${denial.target} 已被临时封锁`, en: `the target ${denial.target} is locked for now` };
    case 'channel.target-retired':
      return { zh: `资产 ${denial.target} 已停用`, en: `the target ${denial.target} is retired` };
  }
}

function choices({ code, choices }: Extract<Denial, { choices: readonly string[] }>): Sentence {
  const list = choices.join('\n');
  if (choices.length === 0) return { zh: '现在没有可以打开的通道', en: 'there is no channel you may open now' };
  return code === 'channel.ambiguous'
    ? { zh: `请指明要连接哪一个：\n${list}`, en: `say which one to connect to:\n${list}` }
    : { zh: `没有这个通道。现在可以打开：\n${list}`, en: `there is no such channel; you may open now:\n${list}` };
}
