// Who had a hand in an approval: the ticket was submitted, filed where its route asks for that, and approved by as many
// different people as it needs, none of the requester's side, each of the same text, none leaving more than was asked.

import type { BundleEvent } from './bundle-events.ts';
import { isOfRequestersSide, isOutsider, type Matter, nameOf, type Told } from './matter.ts';
import { leftBy, type ShownTerms } from './shown-ticket.ts';
import { ENDS } from './told-extensions.ts';

/** What came between a submission and the approval it led to. */
export interface Round {
  readonly approval: BundleEvent;
  readonly submitted: BundleEvent | undefined;
  readonly filed: readonly BundleEvent[];
  /** Those before the last one. */
  readonly endorsed: readonly BundleEvent[];
}

export function roundOf(approval: BundleEvent, own: readonly BundleEvent[]): Round {
  const before = own.filter(({ index }) => index < approval.index);
  const last = before.findLast(
    ({ type }) => type === 'ticket.submitted' || type === 'ticket.approved' || ENDS.has(type),
  );
  const submitted = last?.type === 'ticket.submitted' ? last : undefined;
  const since = before.filter(({ index }) => index > (last?.index ?? -1));
  return {
    approval,
    submitted,
    filed: since.filter(({ type }) => type === 'ticket.filed'),
    endorsed: since.filter(({ type }) => type === 'ticket.endorsed'),
  };
}

interface Route {
  readonly filing: boolean;
  readonly approvals: number;
  readonly emergency: boolean;
}

/** Undefined where the event does not say it, as those of before. */
export function routeIn(event: BundleEvent | undefined): Route | undefined {
  const route = event?.details.route;
  if (typeof route !== 'object' || route === null || Array.isArray(route)) return undefined;
  const { filing, approvals, emergency } = route as { readonly [name: string]: unknown };
  if (typeof filing !== 'boolean' || typeof approvals !== 'number' || typeof emergency !== 'boolean') return undefined;
  return { filing, approvals, emergency };
}

export function tellStages(told: Told): readonly Matter[] {
  return told.approvals.map((approval) => {
    const round = roundOf(approval, told.own);
    const route = routeIn(approval);
    const about = { matter: 'stages' as const, about: told.ticket };
    const wrong = problem(told, round, route);
    if (wrong !== undefined) return { ...about, outcome: 'fails', sentence: wrong };
    const by = peopleOf(round);
    if (route !== undefined) return { ...about, outcome: 'holds', sentence: enough(by) };
    const sentence = {
      zh: `${by.zh}；日志没有说明需要几人审批`,
      en: `${by.en}; the log does not say how many had to`,
    };
    return { ...about, outcome: 'unknown', sentence };
  });
}

function enough(by: { readonly zh: string; readonly en: string }) {
  return { zh: `${by.zh}，人数和次序符合要求`, en: `${by.en}, as many and in the order that it needed` };
}

function peopleOf({ filed, endorsed, approval }: Round) {
  const names = [...endorsed, approval].map(nameOf);
  const first = filed.map(nameOf);
  return {
    zh: `${first.length === 0 ? '' : `${first.join('、')} 报送，`}${names.join('、')} 批准`,
    en: `${first.length === 0 ? '' : `filed by ${first.join(', ')}, `}approved by ${names.join(', ')}`,
  };
}

function problem(told: Told, round: Round, route: Route | undefined) {
  const { approval, submitted, filed, endorsed } = round;
  const deciders = [...endorsed, approval];
  const everybody = [...filed, ...deciders];
  if (submitted === undefined) return { zh: '批准之前没有提交', en: 'it was approved without having been submitted' };
  const { contentHash } = approval.details;
  if ([submitted, ...everybody].some((event) => event.details.contentHash !== contentHash))
    return { zh: '提交、报送和批准的不是同一内容', en: 'what was submitted, filed and approved is not the same' };
  if ([...filed, ...endorsed].some(({ actor }) => isOfRequestersSide(told, actor)))
    return { zh: '申请方的人参与了报送或批准', en: 'somebody of the requester’s side filed or approved it' };
  if (new Set(everybody.map(({ actor }) => actor)).size !== everybody.length)
    return { zh: '同一人报送或批准了两次', en: 'one person had two hands in it' };
  if (!everybody.every((event) => mayDecide(event, route)))
    return { zh: '报送或批准的人没有这个职责', en: 'somebody filed or approved it whose office that is not' };
  const asked = told.shown?.asked;
  const more = asked !== undefined && deciders.some((event) => leavesMore(event, asked));
  if (more) return { zh: '批准的比申请的多', en: 'more was approved than was asked for' };
  return route === undefined ? undefined : tooLittle(round, route);
}

function tooLittle({ approval, submitted, filed, endorsed }: Round, route: Route) {
  const asked = routeIn(submitted);
  const weaker =
    asked !== undefined &&
    ((asked.filing && !route.filing) || asked.approvals > route.approvals || asked.emergency !== route.emergency);
  if (weaker) return { zh: '提交后降低了审批要求', en: 'less was required than when it was submitted' };
  const first = endorsed[0] ?? approval;
  if (route.filing && !filed.some(({ index }) => index < first.index))
    return { zh: '批准之前没有信息科报送', en: 'it was approved without the information section having filed it' };
  if (endorsed.length + 1 < route.approvals)
    return { zh: '批准的人数不够', en: 'fewer people have approved it than it needed' };
  return undefined;
}

/** Where the event says in which role somebody acted. */
function mayDecide(event: BundleEvent, route: Route | undefined): boolean {
  const { role, deputyFor } = event.details;
  if (isOutsider(event)) return false;
  if (role === undefined) return true;
  if (event.type === 'ticket.filed') return role === 'section';
  return role === 'head' || deputyFor !== undefined || (role === 'section' && route?.emergency === true);
}

function leavesMore(event: BundleEvent, asked: ShownTerms): boolean {
  const left = leftBy(event, asked);
  if (left === undefined) return true;
  const inside = left.windows.every(({ start, end }) =>
    asked.windows.some((each) => each.start <= start && end <= each.end),
  );
  const channels = left.channels?.every(({ targetAccountId, kinds }) => {
    const from = asked.channels?.find((each) => each.targetAccountId === targetAccountId);
    return from !== undefined && kinds.every((kind) => from.kinds.includes(kind));
  });
  const looser = (asked.supervised && !left.supervised) || (!asked.finishRunning && left.finishRunning);
  return !inside || channels === false || looser;
}
