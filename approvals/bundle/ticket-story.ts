// What the proven events say about one ticket: who asked, who approved what, which sessions were opened under it. A
// session must have been approved before it, by somebody else than who asked or comes along, and lie inside a window.

import { createHash } from 'node:crypto';
import type { Json } from '../../store/core/canonical-json.ts';
import type { BundleEvent } from './bundle-events.ts';
import { type Manifest, objectIn, TICKET_FILE } from './bundle-files.ts';
import type { BundleFinding, FindingCode } from './bundle-finding.ts';
import { approvalInForce, extended, isSound, type Span } from './told-extensions.ts';

export interface ToldSession {
  readonly id: string;
  readonly opened: BundleEvent;
  readonly ended: BundleEvent | undefined;
  /** The approval it was opened under. */
  readonly approval: BundleEvent | undefined;
  /** The event after which its recording is gone, and lawfully. */
  readonly destroyed: BundleEvent | undefined;
}

export interface TicketStory {
  readonly created: BundleEvent | undefined;
  readonly approvals: readonly BundleEvent[];
  /** Each made a window longer. */
  readonly extensions: readonly BundleEvent[];
  readonly sessions: readonly ToldSession[];
  /** By the approved text; undefined where it is not shown. */
  readonly windows: readonly Span[] | undefined;
  readonly findings: readonly BundleFinding[];
}

type Fields = { readonly [name: string]: Json };

/** `ticketText`: the approved text; undefined where the bundle has none. */
export function tellTicket(
  events: readonly BundleEvent[],
  { ticket, scope, sessions }: Manifest,
  ticketText: string | undefined,
): TicketStory {
  const findings: BundleFinding[] = [];
  const find = (code: FindingCode, about: string, zh: string, en: string) =>
    findings.push({ code, about, sentence: { zh, en } });
  const own = events.filter(({ details }) => details.ticket === ticket.id);
  const created = own.find(({ type }) => type === 'ticket.created');
  const approvals = own.filter(({ type }) => type === 'ticket.approved');
  if (created === undefined || created.details.number !== ticket.number)
    find('ticket', ticket.id, '包中没有建立这张工单的事件', 'no event says that this ticket was made');
  const shown = shownTicket(ticketText, approvals, created, own);
  const extensions = own.filter(({ type }) => type === 'ticket.extended');
  for (const extension of extensions) {
    const { actor, index } = extension;
    const latest = approvals.findLast((approval) => approval.index < index);
    if (actor === undefined || actor === created?.actor || companionsIn(latest).includes(actor)) {
      const en = 'more time was granted by who asked for the ticket or comes along';
      find('approval', ticket.id, '批准延时的是申请人或随行人员', en);
    } else if (!isSound(extension, own, shown)) {
      const en = 'more time was granted that nobody asked for, or that no window can have';
      find('approval', ticket.id, '所批准的延时没有人申请，或超出窗口的限度', en);
    }
  }
  for (const approval of approvals) {
    if (approval.actor === undefined || approval.actor === created?.actor) {
      find('approval', ticket.id, '审批人就是申请人', 'the ticket was approved by who asked for it');
    } else if (companionsIn(approval).includes(approval.actor)) {
      find('approval', ticket.id, '审批人是随行人员', 'the ticket was approved by somebody who comes along');
    }
  }
  if (ticketText !== undefined && shown === undefined) {
    find('ticket', TICKET_FILE, '工单内容不是所批准的内容', 'this is not what was approved');
  }
  const told = own.filter(({ type }) => type === 'session.opened').map((opened) => tellSession(opened, own, events));
  for (const { id, opened, approval } of told) {
    if (approval === undefined)
      find('approval', id, '打开会话之前没有有效的批准', 'no approval was in force when this session was opened');
    const { account } = opened.details;
    if (account !== created?.actor && !companionsIn(approval).some((each) => each === account)) {
      const en = 'this session was opened by somebody else than who asked or was named';
      find('approval', id, '打开会话的既不是申请人，也不是随行人员', en);
    }
    const inside = (each: Span) => each.start <= opened.at && opened.at < each.end;
    if (shown !== undefined && !extended(shown, own, opened.index).some(inside)) {
      find('approval', id, '会话在批准的窗口之外打开', 'this session was opened outside the approved window');
    }
    if (!sessions.some((session) => session === id) && scope === 'ticket') {
      find('bundle', id, '包中缺少这个会话', 'this session of the ticket is not in the bundle');
    }
  }
  for (const id of sessions) {
    if (!told.some((each) => each.id === id))
      find('bundle', id, '没有事件说到这个会话', 'no event says that this session was opened');
  }
  return { created, approvals, extensions, sessions: told, windows: shown, findings };
}

function tellSession(opened: BundleEvent, own: readonly BundleEvent[], events: readonly BundleEvent[]): ToldSession {
  const id = String(opened.details.session);
  const of = (type: string) => events.find((event) => event.type === type && event.details.session === id);
  const before = own.filter(({ index }) => index < opened.index);
  return {
    id,
    opened,
    ended: of('session.ended'),
    approval: approvalInForce(before),
    destroyed: of('recording.destroyed'),
  };
}

/** What the text says that every approval is of, or before one the last event; undefined when it is not that text. */
function shownTicket(
  text: string | undefined,
  approvals: readonly BundleEvent[],
  created: BundleEvent | undefined,
  own: readonly BundleEvent[],
): readonly Span[] | undefined {
  const value = text === undefined ? undefined : objectIn(text);
  if (text === undefined || value === undefined || created === undefined) return undefined;
  const hash = createHash('sha256').update(text).digest('hex');
  const { requester } = value;
  if (requester !== created.actor) return undefined;
  // A draft changes, and what was decided before it was written anew is void; what was approved does not.
  const revised = own.findLast(({ type }) => type === 'ticket.revised')?.index ?? -1;
  const latest = own.findLast(({ details }) => details.contentHash !== undefined);
  const valid = approvals.filter(({ index }) => index > revised);
  const named = valid.length > 0 ? valid : [latest];
  if (named.some((event) => event?.details.contentHash !== hash)) return undefined;
  // What the approval left of them, where it took any away.
  return narrowedWindows(valid.at(-1)) ?? windowsIn(value);
}

function narrowedWindows(approval: BundleEvent | undefined): readonly Span[] | undefined {
  const { windows } = (approval?.details.conditions ?? {}) as Fields;
  return windows === undefined ? undefined : windowsIn({ windows });
}

/** In every format; undefined where they are not said. */
function windowsIn(value: Fields): readonly Span[] | undefined {
  const { windowStart: start = null, windowEnd: end = null, windows = [{ start, end }] } = value;
  if (!Array.isArray(windows)) return undefined;
  const spans = windows.map(spanOf).filter((each) => each !== undefined);
  return spans.length === windows.length ? spans : undefined;
}

function spanOf(value: Json): Span | undefined {
  const { start, end } = (value ?? {}) as Fields;
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined;
}

/** Who may open sessions besides the requester. */
function companionsIn(approval: BundleEvent | undefined): readonly Json[] {
  const companions = approval?.details.companions;
  return Array.isArray(companions) ? companions : [];
}
