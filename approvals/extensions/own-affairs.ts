// What somebody who works over SSH asks of Sluice itself: where their tickets stand, and for more time. In words, because
// it is read in a terminal; every list is what the services show this person anyway.

import type { AppendEvidence } from '../../audit/event.ts';
import { requireLetIn } from '../../identity/locks/lock-repository.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { witnessed } from '../../identity/permission.ts';
import { defineRefusal, type Sentence } from '../../store/core/refusal.ts';
import type { Database } from '../../store/database.ts';
import type { SessionLog, SessionView } from '../access/session-log.ts';
import type { WindowTime } from '../access/window-time.ts';
import { centreTime } from '../ticket/centre-time.ts';
import { STATE_WORDS } from '../ticket/machine-refusals.ts';
import type { Tickets } from '../ticket/service.ts';
import type { TicketView } from '../ticket/ticket-view.ts';
import { windowNext, windowNow } from '../ticket/windows.ts';
import { noOpenWindow } from './bounds.ts';
import type { ExtensionView } from './extension.ts';
import type { Extensions } from './service.ts';

/** Both throw `access.locked`: a login lasts longer than what was true when it began. */
export interface OwnAffairs {
  status(user: AuthenticatedUser): Promise<readonly Sentence[]>;
  /** `ticket`: its number; null for the one whose window is open. Throws what `Extensions.ask` does. */
  extend(
    user: AuthenticatedUser,
    wanted: { readonly ticket: string | null; readonly minutes: number; readonly reason: string },
  ): Promise<readonly Sentence[]>;
}

export interface OwnAffairsUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly tickets: Pick<Tickets, 'list'>;
  readonly sessions: Pick<SessionLog, 'list'>;
  readonly extensions: Pick<Extensions, 'ask' | 'list'>;
  readonly time: WindowTime;
  readonly timeZone: string;
}

const whichTicket = defineRefusal<{ numbers: readonly string[] }>(
  'extension.which-ticket',
  'invalid',
  ({ numbers }) => ({
    zh: `有几个窗口打开着，请写明工单编号：${numbers.join('、')}`,
    en: `several windows are open; name the ticket: ${numbers.join(', ')}`,
  }),
);

const NOTHING: Sentence = { zh: '没有进行中的工单', en: 'no ticket of yours is under way' };

export function createOwnAffairs(uses: OwnAffairsUses): OwnAffairs {
  const { database, tickets, sessions, extensions, time, timeZone } = uses;
  const letIn = (user: AuthenticatedUser, action: 'own.status' | 'own.extend') =>
    witnessed(uses, user, action, null, () => database.transaction((tx) => requireLetIn(tx, user, time.now())));
  return {
    async status(user) {
      await letIn(user, 'own.status');
      const under = (await tickets.list(user)).filter(isUnderWay);
      const live = await sessions.list(user, { live: true });
      const lines: Sentence[] = [];
      for (const ticket of under) {
        const own = live.filter((session) => session.ticket.id === ticket.id);
        lines.push(...aboutTicket(ticket, time.now(), timeZone), ...own.map((each) => aboutSession(each, timeZone)));
        const waiting = (await extensions.list(user, ticket.id)).find(({ state }) => state === 'asked');
        if (waiting !== undefined) lines.push(aboutExtension(waiting, timeZone));
      }
      return lines.length === 0 ? [NOTHING] : lines;
    },
    async extend(user, { ticket, minutes, reason }) {
      await letIn(user, 'own.extend');
      const open = (await tickets.list(user, { open: true })).filter(
        ({ number }) => ticket === null || number === ticket,
      );
      const [first, second] = open;
      if (first === undefined) throw noOpenWindow();
      if (second !== undefined) throw whichTicket({ numbers: open.map(({ number }) => number) });
      const asked = await extensions.ask(user, first.id, { minutes }, reason);
      const until = centreTime(asked.until, timeZone);
      return [
        {
          zh: `已申请将工单 ${first.number} 的窗口延长至 ${until}，等待中心负责人审批`,
          en: `asked that the window of ${first.number} lasts until ${until}; the centre head decides`,
        },
      ];
    },
  };
}

function isUnderWay({ state, window }: TicketView): boolean {
  return state === 'submitted' || state === 'filed' || (state === 'approved' && window !== 'after');
}

function aboutTicket(ticket: TicketView, now: number, timeZone: string): Sentence[] {
  const { number, purpose, state, inForce } = ticket;
  const words = STATE_WORDS[state];
  const lines: Sentence[] = [
    { zh: `工单 ${number}（${words.zh}）${purpose}`, en: `ticket ${number} (${words.en}) ${purpose}` },
    aboutWindow(ticket, now, timeZone),
  ];
  if (inForce.supervised) {
    lines.push({ zh: '  须有监督人在线观看', en: '  somebody of the centre has to watch' });
  }
  return lines;
}

function aboutWindow({ state, inForce: { windows } }: TicketView, now: number, timeZone: string): Sentence {
  const open = state === 'approved' ? windowNow(windows, now) : undefined;
  if (open !== undefined) {
    const [end, minutes] = [centreTime(open.end, timeZone), Math.floor((open.end - now) / 60_000)];
    return { zh: `  窗口打开至 ${end}，还有 ${minutes} 分钟`, en: `  open until ${end}, ${minutes} min left` };
  }
  const next = windowNext(windows, now);
  if (next === undefined) return { zh: '  窗口已过', en: '  its windows are over' };
  const [start, end] = [centreTime(next.start, timeZone), centreTime(next.end, timeZone)];
  return { zh: `  窗口 ${start} 至 ${end}`, en: `  window ${start} to ${end}` };
}

function aboutSession({ kind, login, target, startedAt }: SessionView, timeZone: string): Sentence {
  const since = centreTime(startedAt, timeZone);
  return {
    zh: `  已打开 ${kind} ${login}@${target}，始于 ${since}`,
    en: `  open: ${kind} ${login}@${target} since ${since}`,
  };
}

function aboutExtension({ until }: ExtensionView, timeZone: string): Sentence {
  const end = centreTime(until, timeZone);
  return { zh: `  已申请延长至 ${end}，待审批`, en: `  more time asked for, until ${end}; not decided yet` };
}
