// Commands to the gateway itself: `ssh account@gateway sluice status`. They are told apart by the user name and the first
// word together: only where the name leaves the target open, and only the word `sluice`. Whoever means a program of that
// name on a target says the whole name (`account+login+target`), and it is run there. Everything here is
// attacker-controlled.

import type { ConnectionName } from '../../../store/core/connection-name.ts';
import type { Sentence } from '../../../store/core/refusal.ts';

export type OwnCommand =
  | { readonly kind: 'status' }
  | {
      readonly kind: 'extend';
      /** The ticket's number; null where one is open only. */
      readonly ticket: string | null;
      readonly minutes: number;
      readonly reason: string;
    }
  | { readonly kind: 'help' }
  /** Not one of these. */
  | { readonly kind: 'wrong' };

const LONGEST_REASON = 1000;
const MOST_MINUTES = 7 * 24 * 60;

/** Undefined where the command is for a target. */
export function ownCommand({ login, target }: ConnectionName, command: string): OwnCommand | undefined {
  if (login !== null || target !== null) return undefined;
  const words = /^\s*sluice(?:\s+([\s\S]*))?$/.exec(command);
  return words === null ? undefined : parse((words[1] ?? '').trim());
}

function parse(text: string): OwnCommand {
  if (text === '' || text === 'help') return { kind: 'help' };
  if (text === 'status') return { kind: 'status' };
  const extend = /^extend\s+(?:(BG-\d{8}-\d{2,})\s+)?(\d{1,5})\s+(\S[\s\S]*)$/.exec(text);
  const [, ticket = null, minutes = '', reason = ''] = extend ?? [];
  const wanted = Number(minutes);
  if (extend === null || wanted < 1 || wanted > MOST_MINUTES || reason.length > LONGEST_REASON)
    return { kind: 'wrong' };
  return { kind: 'extend', ticket, minutes: wanted, reason: unquoted(reason) };
}

/** Quotes that the person's own shell did not take away. */
function unquoted(text: string): string {
  return /^(["'])([\s\S]*)\1$/.exec(text)?.[2] ?? text;
}

export const HELP: readonly Sentence[] = [
  {
    zh: 'sluice status：查看工单、窗口、打开的会话和剩余时间',
    en: 'sluice status: your tickets, their windows, what is open, and how much time is left',
  },
  {
    zh: 'sluice extend [工单编号] 分钟数 原因：申请延长打开的窗口，由中心负责人审批',
    en: 'sluice extend [TICKET] MINUTES REASON: ask the centre head for more time in the window that is open',
  },
  {
    zh: '用户名只写账号时有效；要在资产上执行同名程序，请写全用户名（账号+登录名+资产）',
    en: 'with the account alone as user name; for a program of that name on a target, name all three: account+login+target',
  },
];

export const NOT_A_COMMAND: Sentence = {
  zh: '闸口没有这条命令，或写法不对。',
  en: 'Sluice has no such command, or it is written differently.',
};
