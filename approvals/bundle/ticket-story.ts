// What the proven events say about one ticket: who asked, who approved what, which sessions were opened under it. A
// session must have been approved before it, by somebody else than who asked or comes along, and lie inside a window.

import type { BundleEvent } from './bundle-events.ts';
import { type Manifest, TICKET_FILE } from './bundle-files.ts';
import type { BundleFinding, FindingCode } from './bundle-finding.ts';
import { companionsIn, type Matter, type Told } from './matter.ts';
import { type ShownTicket, type Span, shownTicket } from './shown-ticket.ts';
import { tellAttachments } from './told-attachments.ts';
import { tellDeputies } from './told-deputies.ts';
import { tellEmergency } from './told-emergency.ts';
import { approvalInForce, extended, isSound } from './told-extensions.ts';
import { tellFreezes } from './told-freezes.ts';
import { tellOriginals } from './told-originals.ts';
import { tellStages } from './told-stages.ts';
import { tellSupervision } from './told-supervision.ts';
import { tellTimes } from './told-times.ts';

export interface ToldSession {
  readonly id: string;
  readonly opened: BundleEvent;
  readonly ended: BundleEvent | undefined;
  /** The approval it was opened under. */
  readonly approval: BundleEvent | undefined;
  /** The event after which its recording is gone, and lawfully. */
  readonly destroyed: BundleEvent | undefined;
  /** Everything that names it, in order. */
  readonly events: readonly BundleEvent[];
}

export interface TicketStory {
  readonly created: BundleEvent | undefined;
  /** What was done to it, one after another. */
  readonly stages: readonly BundleEvent[];
  /** Each made a window longer. */
  readonly extensions: readonly BundleEvent[];
  readonly sessions: readonly ToldSession[];
  /** By the approved text; undefined where it is not shown. */
  readonly windows: readonly Span[] | undefined;
  /** Of the ticket and of the sessions that the bundle is about. */
  readonly matters: readonly Matter[];
  readonly findings: readonly BundleFinding[];
}

type Find = (code: FindingCode, about: string, zh: string, en: string) => void;

/** `ticketText`: the approved text; undefined where the bundle has none. */
export function tellTicket(
  events: readonly BundleEvent[],
  manifest: Manifest,
  ticketText: string | undefined,
): TicketStory {
  const { ticket } = manifest;
  const findings: BundleFinding[] = [];
  const find: Find = (code, about, zh, en) => findings.push({ code, about, sentence: { zh, en } });
  const own = events.filter(({ details }) => details.ticket === ticket.id);
  const created = own.find(({ type }) => type === 'ticket.created');
  const approvals = own.filter(({ type }) => type === 'ticket.approved');
  if (created === undefined || created.details.number !== ticket.number)
    find('ticket', ticket.id, '包中没有建立这张工单的事件', 'no event says that this ticket was made');
  const shown = shownTicket(ticketText, approvals, created, own);
  const windows = shown?.left.windows;
  checkExtensions(find, ticket.id, own, { created, windows });
  checkApprovals(find, ticket.id, approvals, created);
  if (ticketText !== undefined && shown === undefined)
    find('ticket', TICKET_FILE, '工单内容不是所批准的内容', 'this is not what was approved');
  const sessions = own
    .filter(({ type }) => type === 'session.opened')
    .map((opened) => tellSession(opened, own, events));
  for (const session of sessions) checkSession(find, session, { own, created, shown, manifest });
  for (const id of manifest.sessions) {
    if (!sessions.some((each) => each.id === id))
      find('bundle', id, '没有事件说到这个会话', 'no event says that this session was opened');
  }
  const matters = judge({
    ticket: ticket.id,
    events,
    own,
    requester: created?.actor,
    approvals,
    shown,
    windowsBefore: (index) => windows && extended(windows, own, index),
    sessions: sessions.filter(({ id }) => manifest.sessions.some((each) => each === id)),
  });
  for (const { matter, about, outcome, sentence } of matters)
    if (outcome === 'fails') findings.push({ code: matter, about, sentence });
  const extensions = own.filter(({ type }) => type === 'ticket.extended');
  const stages = own.filter(({ type }) => type.startsWith('ticket.'));
  return { created, stages, extensions, sessions, windows, matters, findings };
}

function judge(told: Told): readonly Matter[] {
  return [
    ...tellStages(told),
    ...tellDeputies(told),
    ...tellEmergency(told),
    ...tellFreezes(told),
    ...tellAttachments(told),
    ...tellSupervision(told),
    ...tellTimes(told),
    ...tellOriginals(told),
  ];
}

function checkExtensions(
  find: Find,
  ticket: string,
  own: readonly BundleEvent[],
  { created, windows }: { created: BundleEvent | undefined; windows: readonly Span[] | undefined },
): void {
  for (const extension of own.filter(({ type }) => type === 'ticket.extended')) {
    const { actor, index } = extension;
    const latest = own.findLast((event) => event.type === 'ticket.approved' && event.index < index);
    if (actor === undefined || actor === created?.actor || (latest && companionsIn(latest).includes(actor))) {
      const en = 'more time was granted by who asked for the ticket or comes along';
      find('approval', ticket, '批准延时的是申请人或随行人员', en);
    } else if (!isSound(extension, own, windows)) {
      const en = 'more time was granted that nobody asked for, or that no window can have';
      find('approval', ticket, '所批准的延时没有人申请，或超出窗口的限度', en);
    }
  }
}

function checkApprovals(
  find: Find,
  ticket: string,
  approvals: readonly BundleEvent[],
  created: BundleEvent | undefined,
): void {
  for (const approval of approvals) {
    if (approval.actor === undefined || approval.actor === created?.actor) {
      find('approval', ticket, '审批人就是申请人', 'the ticket was approved by who asked for it');
    } else if (companionsIn(approval).includes(approval.actor)) {
      find('approval', ticket, '审批人是随行人员', 'the ticket was approved by somebody who comes along');
    }
  }
}

interface Around {
  readonly own: readonly BundleEvent[];
  readonly created: BundleEvent | undefined;
  readonly shown: ShownTicket | undefined;
  readonly manifest: Manifest;
}

function checkSession(find: Find, { id, opened, approval }: ToldSession, { own, created, shown, manifest }: Around) {
  if (approval === undefined)
    find('approval', id, '打开会话之前没有有效的批准', 'no approval was in force when this session was opened');
  const { account } = opened.details;
  if (account !== created?.actor && !(approval && companionsIn(approval).includes(account))) {
    const en = 'this session was opened by somebody else than who asked or was named';
    find('approval', id, '打开会话的既不是申请人，也不是随行人员', en);
  }
  const inside = (each: Span) => each.start <= opened.at && opened.at < each.end;
  if (shown !== undefined && !extended(shown.left.windows, own, opened.index).some(inside))
    find('approval', id, '会话在批准的窗口之外打开', 'this session was opened outside the approved window');
  if (!isAgreed(shown, opened))
    find('approval', id, '批准的通道中没有这一种', 'no channel that was approved is of this kind and place');
  if (!manifest.sessions.some((session) => session === id) && manifest.scope === 'ticket')
    find('bundle', id, '包中缺少这个会话', 'this session of the ticket is not in the bundle');
}

function isAgreed(shown: ShownTicket | undefined, { details: { targetAccount, kind } }: BundleEvent): boolean {
  const channels = shown?.left.channels;
  if (channels === undefined) return true;
  return channels.some((each) => each.targetAccountId === targetAccount && each.kinds.some((one) => one === kind));
}

function tellSession(opened: BundleEvent, own: readonly BundleEvent[], events: readonly BundleEvent[]): ToldSession {
  const id = String(opened.details.session);
  const of = events.filter(({ details }) => details.session === id);
  return {
    id,
    opened,
    ended: of.find(({ type }) => type === 'session.ended'),
    approval: approvalInForce(own.filter(({ index }) => index < opened.index)),
    destroyed: of.find(({ type }) => type === 'recording.destroyed'),
    events: of,
  };
}
