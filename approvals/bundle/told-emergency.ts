// An emergency: two different people opened it, it says itself when a head reviews it, and somebody who did not open it
// has, or has not.

import type { BundleEvent } from './bundle-events.ts';
import { isOfRequestersSide, isOutsider, type Matter, nameOf, type Told } from './matter.ts';
import { approvalInForce } from './told-extensions.ts';
import { roundOf, routeIn } from './told-stages.ts';

const REVIEW_WITHIN_MS = 86_400_000;

/** Whether the ticket goes the emergency's way: by its text, or without it by what the log says. */
export function isUrgent({ shown, own }: Told): boolean {
  return shown === undefined ? own.some(({ type }) => type === 'emergency.opened') : shown.urgency !== 'planned';
}

export function tellEmergency(told: Told): readonly Matter[] {
  const opened = told.own.filter(({ type }) => type === 'emergency.opened');
  const reviews = told.own.filter(({ type }) => type === 'emergency.reviewed');
  const unsaid = told.approvals.filter(
    (approval) =>
      (routeIn(approval)?.emergency ?? (told.shown !== undefined && isUrgent(told))) &&
      !opened.some(({ index }) => index > approval.index),
  );
  const missing: Matter[] = unsaid.map(() => ({
    matter: 'emergency',
    about: told.ticket,
    outcome: 'fails',
    sentence: { zh: '应急通道打开，却没有记录要复核', en: 'an emergency was opened, and no event asks for its review' },
  }));
  const stray: Matter[] = reviews
    .filter(({ index }) => !opened.some((event) => event.index < index))
    .map(() => ({ matter: 'review', about: told.ticket, outcome: 'fails', sentence: NOTHING_TO_REVIEW }));
  return [...missing, ...stray, ...opened.flatMap((event) => [judgeOpening(told, event), judgeReview(told, event)])];
}

const NOTHING_TO_REVIEW = { zh: '复核了没有打开的应急通道', en: 'a review of an emergency that nobody opened' };

function judgeOpening(told: Told, opened: BundleEvent): Matter {
  const about = { matter: 'emergency' as const, about: told.ticket };
  const openers = openersOf(told, opened);
  const { drill, reviewDue } = opened.details;
  const { shown } = told;
  const asSaid = shown === undefined || shown.urgency === (drill === true ? 'drill' : 'emergency');
  const approval = approvalBefore(told, opened);
  const onRoute = routeIn(approval)?.emergency !== false;
  const inTime = typeof reviewDue === 'number' && reviewDue - opened.at <= REVIEW_WITHIN_MS;
  const two = new Set(openers.map(({ actor }) => actor)).size >= 2;
  // Of older logs, whose events do not say the role, it is not known.
  const led = openers.some(
    ({ details }) => details.role === undefined || details.role === 'head' || typeof details.deputyFor === 'string',
  );
  const names = openers.map(nameOf);
  if (!two || !led || !asSaid || !onRoute || !inTime) {
    const en =
      'it was not opened as an emergency is: by two different people, one of them a head or in the place of one, asked for as one, reviewed within a day';
    return {
      ...about,
      outcome: 'fails',
      sentence: { zh: '应急通道不是按规定打开的：须两人打开且有中心负责人或其代理人、申请时写明、一日内复核', en },
    };
  }
  const [zh, en] = drill === true ? ['应急演练', 'an emergency drill'] : ['应急', 'an emergency'];
  const sentence = { zh: `${zh}，由 ${names.join('、')} 两人打开`, en: `${en}, opened by ${names.join(' and ')}` };
  return { ...about, outcome: 'holds', sentence };
}

function judgeReview(told: Told, opened: BundleEvent): Matter {
  const about = { matter: 'review' as const, about: told.ticket };
  const due = Number(opened.details.reviewDue);
  const reviews = told.own.filter(({ type, index }) => type === 'emergency.reviewed' && index > opened.index);
  const [review] = reviews;
  // By the latest time, not the last event: the machine's clock may have been set back since.
  const last = Math.max(...told.events.map(({ at }) => at));
  const until = Number.isNaN(new Date(due).getTime()) ? '?' : new Date(due).toISOString();
  if (review === undefined) {
    return last < due
      ? {
          ...about,
          outcome: 'unknown',
          sentence: { zh: `复核期限至 ${until}，尚未复核`, en: `the review is due by ${until} and not yet done` },
        }
      : {
          ...about,
          outcome: 'lacking',
          sentence: { zh: `到 ${until} 为止没有人复核`, en: `nobody had reviewed it by ${until}` },
        };
  }
  const who = nameOf(review);
  if (reviews.length > 1 || !mayReview(told, opened, review)) {
    const sentence = {
      zh: `复核人 ${who} 参与了打开，或没有这个职责`,
      en: `${who} reviewed it, who opened it or may not`,
    };
    return { ...about, outcome: 'fails', sentence };
  }
  const verdict = String(review.details.verdict);
  const sentence = { zh: `${who} 复核：${verdict}`, en: `reviewed by ${who}: ${verdict}` };
  if (review.at <= due) return { ...about, outcome: 'holds', sentence };
  return {
    ...about,
    outcome: 'lacking',
    sentence: { zh: `${sentence.zh}，已过期限`, en: `${sentence.en}, after it was due` },
  };
}

function mayReview(told: Told, opened: BundleEvent, review: BundleEvent): boolean {
  const { role, deputyFor } = review.details;
  if (isOfRequestersSide(told, review.actor) || isOutsider(review)) return false;
  if (openersOf(told, opened).some(({ actor }) => actor === review.actor)) return false;
  return role === undefined || role === 'head' || deputyFor !== undefined;
}

function approvalBefore({ own }: Told, { index }: BundleEvent): BundleEvent | undefined {
  return approvalInForce(own.filter((event) => event.index < index));
}

function openersOf(told: Told, opened: BundleEvent): readonly BundleEvent[] {
  const approval = approvalBefore(told, opened);
  if (approval === undefined) return [];
  return [...roundOf(approval, told.own).endorsed, approval];
}
