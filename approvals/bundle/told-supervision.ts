// A supervised session: nothing reached the target before somebody watched, and it was frozen when the last one left. The
// flow stops first and is written down then, so the event of a freeze may stand before or after that of who left.

import type { BundleEvent } from './bundle-events.ts';
import { isOfRequestersSide, isOutsider, type JudgedSession, type Matter, nameOf, type Told } from './matter.ts';

/** How long it takes to write down what follows at once, in milliseconds. */
const AT_ONCE_MS = 10_000;
const BY_SUPERVISORS: ReadonlySet<string> = new Set([
  'watch.begun',
  'session.held',
  'session.released',
  'session.told',
]);
const TOLD: ReadonlySet<string> = new Set([...BY_SUPERVISORS, 'watch.ended', 'session.frozen', 'session.resumed']);

/** One for each session that had to be watched, or was. */
export function tellSupervision(told: Told): readonly Matter[] {
  return told.sessions.flatMap((session): readonly Matter[] => {
    const about = { matter: 'supervision' as const, about: session.id };
    const supervised = session.opened.details.supervised === true;
    const needed = told.shown?.left.supervised === true;
    const events = session.events.filter(({ type }) => TOLD.has(type));
    if (!supervised && !needed && events.length === 0) return [];
    const wrong =
      needed && !supervised ? UNSUPERVISED : (strangers(told, events) ?? problem(session, events, supervised));
    if (wrong !== undefined) return [{ ...about, outcome: 'fails', sentence: wrong }];
    if (supervised && leavings(events).some((leaving) => isOpen(session, events, leaving)))
      return [{ ...about, outcome: 'unknown', sentence: NOT_YET }];
    return [{ ...about, outcome: 'holds', sentence: wordsOf(events, supervised) }];
  });
}

const UNSUPERVISED = { zh: '须有人监督的会话没有按监督打开', en: 'it had to be supervised, and was not opened so' };
const UNWATCHED = { zh: '没有人监督时会话已经连上或继续', en: 'it reached its target or went on while nobody watched' };
const NOT_FROZEN = {
  zh: '最后一个监督人离开后会话没有暂停',
  en: 'it was not frozen when the last who watched had left',
};
const HELD = { zh: '被监督人暂停后，未经恢复就继续', en: 'it went on although a supervisor had stopped it' };
const NOT_YET = {
  zh: '最后一个监督人离开后会话是否暂停',
  en: 'whether it was frozen when the last who watched had left',
};

function strangers(told: Told, events: readonly BundleEvent[]) {
  const wrong = events.some(
    (event) => BY_SUPERVISORS.has(event.type) && (isOfRequestersSide(told, event.actor) || isOutsider(event)),
  );
  return wrong ? { zh: '监督人属于申请方', en: 'somebody of the requester’s side acted as a supervisor' } : undefined;
}

function problem(session: JudgedSession, events: readonly BundleEvent[], supervised: boolean) {
  const resumed = events.filter(({ type }) => type === 'session.resumed');
  if (resumed.some((event) => isHeld(events, event))) return HELD;
  if (!supervised) return undefined;
  const released = session.events.filter(({ type }) => type === 'credential.released');
  if (released.some(({ index }) => !resumed.some((event) => event.index < index))) return UNWATCHED;
  const unwatched = resumed.some((event) => watchersBefore(events, event.index) <= 0 && !isTakenBack(events, event));
  if (unwatched) return UNWATCHED;
  return leavings(events).some((leaving) => isLeftRunning(session, events, leaving)) ? NOT_FROZEN : undefined;
}

/** By a hand that nobody has taken away since. */
function isHeld(events: readonly BundleEvent[], { index }: BundleEvent): boolean {
  const last = events.findLast(
    (event) =>
      event.index < index &&
      (event.type === 'session.released' || (event.type === 'session.frozen' && event.details.cause === 'held')),
  );
  return last?.type === 'session.frozen';
}

function watchersBefore(events: readonly BundleEvent[], index: number): number {
  const before = events.filter((event) => event.index < index).map(({ type }) => type);
  return (
    before.filter((type) => type === 'watch.begun').length - before.filter((type) => type === 'watch.ended').length
  );
}

/** Somebody had come, and left while it was written down that it goes on: it was frozen again before anything passed. */
function isTakenBack(events: readonly BundleEvent[], { index, at }: BundleEvent): boolean {
  const came = events.some((event) => event.type === 'watch.begun' && event.index < index);
  const next = nextFlow(events, index);
  return came && next?.type === 'session.frozen' && next.at <= at + AT_ONCE_MS;
}

function nextFlow(events: readonly BundleEvent[], index: number): BundleEvent | undefined {
  return events.find((event) => event.index > index && isFlow(event));
}

function isFlow({ type }: BundleEvent): boolean {
  return type === 'session.frozen' || type === 'session.resumed';
}

/** After these nobody watched any more, while it was going on. */
function leavings(events: readonly BundleEvent[]): readonly BundleEvent[] {
  return events.filter(
    ({ type, index, details }) =>
      type === 'watch.ended' &&
      details.why !== 'session-over' &&
      watchersBefore(events, index + 1) <= 0 &&
      events.findLast((event) => event.index < index && isFlow(event))?.type === 'session.resumed' &&
      nextFlow(events, index)?.type !== 'session.frozen',
  );
}

function isLeftRunning({ ended }: JudgedSession, events: readonly BundleEvent[], { index, at }: BundleEvent): boolean {
  return nextFlow(events, index) !== undefined || (ended !== undefined && ended.at > at + AT_ONCE_MS);
}

function isOpen({ ended }: JudgedSession, events: readonly BundleEvent[], { index }: BundleEvent): boolean {
  return nextFlow(events, index) === undefined && ended === undefined;
}

function wordsOf(events: readonly BundleEvent[], supervised: boolean) {
  const who = [...new Set(events.filter(({ type }) => type === 'watch.begun').map(nameOf))];
  const [frozen, lines] = ['session.frozen', 'session.told'].map(
    (each) => events.filter(({ type }) => type === each).length,
  );
  const began = events.find(({ type }) => type === 'session.resumed');
  const since = !supervised || began === undefined ? '' : new Date(began.at).toISOString();
  if (who.length === 0) return { zh: '没有人来监督，什么也没有通过', en: 'nobody came to watch, and nothing passed' };
  return {
    zh: `${who.join('、')} 监督${since && `，${since} 起放行`}；暂停 ${frozen} 次，发言 ${lines} 次`,
    en: `watched by ${who.join(', ')}${since && `, begun at ${since}`}; frozen ${frozen} times, ${lines} lines said`,
  };
}
