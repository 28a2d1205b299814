// Frozen spans: in the days and hours that a freeze names nothing was approved and nothing was open, but an emergency.

import type { BundleEvent } from './bundle-events.ts';
import { type JudgedSession, LATE_MS, type Matter, type Told } from './matter.ts';
import type { Span } from './shown-ticket.ts';
import { isUrgent } from './told-emergency.ts';
import { roundOf } from './told-stages.ts';
import { hasKnownEnd } from './told-times.ts';

interface Freeze extends Span {
  readonly placed: BundleEvent;
  readonly lifted: BundleEvent | undefined;
}

/** Nothing where the bundle holds no freeze: whether there was one is not known then. */
export function tellFreezes(told: Told): readonly Matter[] {
  const freezes = freezesIn(told.events);
  if (freezes.length === 0) return [];
  const ticket = { matter: 'freeze' as const, about: told.ticket };
  if (isUrgent(told)) {
    const sentence = { zh: '冻结时段不限制应急通道', en: 'a freeze does not hold for an emergency' };
    return [{ ...ticket, outcome: 'holds', sentence }];
  }
  const failed: Matter[] = [
    ...told.approvals
      .filter((approval) => isApprovedInto(told, approval, freezes))
      .map(() => ({
        ...ticket,
        outcome: 'fails' as const,
        sentence: { zh: '在冻结时段内批准，或批准的窗口与它重叠', en: 'it was approved in or into a freeze' },
      })),
    ...told.sessions
      .filter((session) => freezes.some((freeze) => isOpenIn(session, freeze)))
      .map(({ id }) => ({
        matter: 'freeze' as const,
        about: id,
        outcome: 'fails' as const,
        sentence: { zh: '会话在冻结时段内打开', en: 'this session was open during a freeze' },
      })),
  ];
  const sentence = {
    zh: '没有在已知的冻结时段内批准或打开',
    en: 'nothing was approved or open in the freezes that are here',
  };
  return failed.length > 0 ? failed : [{ ...ticket, outcome: 'holds', sentence }];
}

function freezesIn(events: readonly BundleEvent[]): readonly Freeze[] {
  return events.flatMap((placed) => {
    const { freeze, start, end } = placed.details;
    if (placed.type !== 'freeze.placed' || typeof start !== 'number' || typeof end !== 'number') return [];
    const lifted = events.find(
      ({ type, index, details }) => type === 'freeze.lifted' && details.freeze === freeze && index > placed.index,
    );
    return [{ start, end, placed, lifted }];
  });
}

function isInForce({ placed, lifted }: Freeze, index: number): boolean {
  return placed.index < index && (lifted === undefined || lifted.index > index);
}

function isApprovedInto({ own, shown }: Told, approval: BundleEvent, freezes: readonly Freeze[]): boolean {
  const { endorsed } = roundOf(approval, own);
  const decisions = [...endorsed, approval];
  return freezes.some((freeze) => {
    const during = decisions.some(({ index, at }) => isInForce(freeze, index) && freeze.start <= at && at < freeze.end);
    const into = shown?.left.windows.some(({ start, end }) => freeze.start < end && start < freeze.end);
    return during || (into === true && isInForce(freeze, approval.index));
  });
}

function isOpenIn(session: JudgedSession, freeze: Freeze): boolean {
  const { opened, ended } = session;
  const { start, end, placed, lifted } = freeze;
  if (isInForce(freeze, opened.index)) {
    if (start <= opened.at && opened.at < end) return true;
  }
  if (ended === undefined || !hasKnownEnd(session)) return false;
  const begins = Math.max(start, placed.at);
  const over = Math.min(end, lifted?.at ?? end);
  return opened.at < begins && begins < over && begins + LATE_MS < Math.min(over, ended.at);
}
