// Who decided in a head's place: that head had named them, for days of which this was one, and had not ended it.

import type { BundleEvent } from './bundle-events.ts';
import { isOfRequestersSide, isOutsider, type Matter, nameOf, type Told } from './matter.ts';

const LONGEST_MS = 92 * 86_400_000;
const DECISIONS: ReadonlySet<string> = new Set([
  'ticket.endorsed',
  'ticket.approved',
  'ticket.extended',
  'emergency.reviewed',
]);

export function tellDeputies(told: Told): readonly Matter[] {
  const decisions = told.own.filter(({ type, details }) => DECISIONS.has(type) && details.deputyFor !== undefined);
  return decisions.map((decision) => {
    const about = { matter: 'deputy' as const, about: told.ticket };
    const appointed = told.events.find((event) => covers(told, event, decision));
    const who = nameOf(decision);
    if (appointed === undefined) {
      const en = `${who} decided in a head’s place, and no appointment covers that`;
      return { ...about, outcome: 'fails', sentence: { zh: `${who} 代中心负责人决定，但没有有效的代理`, en } };
    }
    const until = new Date(Number(appointed.details.until)).toISOString();
    const sentence = {
      zh: `${who} 代 ${nameOf(appointed)} 决定，在代理期限之内（至 ${until}）`,
      en: `${who} decided in the place of ${nameOf(appointed)}, who had named them until ${until}`,
    };
    return { ...about, outcome: 'holds', sentence };
  });
}

function covers(told: Told, event: BundleEvent, { actor, at, index, details: { deputyFor } }: BundleEvent): boolean {
  if (event.type !== 'deputy.appointed' || event.index > index) return false;
  const { deputy, head, account, from, until } = event.details;
  if (account !== actor || head !== deputyFor || event.actor !== head || account === head) return false;
  if (isOfRequestersSide(told, account) || isOfRequestersSide(told, head) || isOutsider(event)) return false;
  if (typeof from !== 'number' || typeof until !== 'number' || until - from > LONGEST_MS) return false;
  const ended = told.events.some(
    (each) =>
      each.type === 'deputy.ended' && each.details.deputy === deputy && event.index < each.index && each.index < index,
  );
  return from <= at && at < until && !ended;
}
