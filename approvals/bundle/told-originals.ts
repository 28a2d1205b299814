// Originals: the list of every manifest has the hash that was logged for it, what is declared is what the ticket says, and
// no session went to work before its originals were there.

import { createHash } from 'node:crypto';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import type { BundleEvent } from './bundle-events.ts';
import type { JudgedSession, Matter, Told } from './matter.ts';

const HASHED: ReadonlySet<string> = new Set(['originals.copied', 'originals.not-copied', 'originals.read-again']);

export function tellOriginals(told: Told): readonly Matter[] {
  const lists = told.own.filter(({ type }) => HASHED.has(type));
  const broken = lists.filter((event) => !isWhole(told.own, event) || !isAsDeclared(told, event));
  const failed: Matter[] = broken.map(({ details: { session } }) => ({
    matter: 'originals',
    about: String(session),
    outcome: 'fails',
    sentence: {
      zh: '原件清单与日志中的哈希或工单申报不符',
      en: 'a list of originals is not what its hash or the ticket says',
    },
  }));
  const about = new Set(failed.map((matter) => matter.about));
  const judged = told.sessions.filter(({ id }) => !about.has(id)).flatMap((session) => judge(told, session));
  return [...failed, ...judged];
}

/** What was listed, in order, from nought to the last, has the hash that was logged. */
function isWhole(own: readonly BundleEvent[], { index, details: { manifest, items, sha256 } }: BundleEvent): boolean {
  const hash = createHash('sha256');
  let count = 0;
  for (const { type, index: listed, details } of own) {
    if (type !== 'originals.listed' || details.manifest !== manifest || listed > index) continue;
    if (details.from !== count || !Array.isArray(details.items)) return false;
    for (const item of details.items) hash.update(`${canonicalJson(item)}\n`);
    count += details.items.length;
  }
  return count === items && hash.digest('hex') === sha256;
}

function isAsDeclared({ shown }: Told, { type, details: { declared, targetAccount } }: BundleEvent): boolean {
  if (shown === undefined || type === 'originals.read-again') return true;
  const said = declaredOn(shown.changes, targetAccount);
  return Array.isArray(declared) && canonicalJson([...declared].sort()) === canonicalJson([...said].sort());
}

function declaredOn(changes: NonNullable<Told['shown']>['changes'], targetAccount: unknown) {
  return changes.filter((each) => each.targetAccountId === targetAccount).map(({ path }) => path);
}

function judge(told: Told, session: JudgedSession): readonly Matter[] {
  const { opened, ended, events, id } = session;
  const about = { matter: 'originals' as const, about: id };
  const changes = declaredOn(told.shown?.changes ?? [], opened.details.targetAccount);
  const said = events.find(({ type }) => STARTS.has(type));
  if (changes.length === 0 && said === undefined) return [];
  if (said === undefined) {
    if (!events.some(({ type }) => type === 'credential.released')) return [];
    const worked = typeof ended?.details.exitStatus === 'number' || events.some(({ type }) => type.startsWith('file.'));
    return [{ ...about, outcome: worked ? 'fails' : 'unknown', sentence: worked ? WITHOUT : NOT_SAID }];
  }
  return [{ ...about, ...outcomeOf(told, said, events) }];
}

const STARTS: ReadonlySet<string> = new Set(['originals.copied', 'originals.not-copied', 'originals.relied-on']);
const WITHOUT = { zh: '没有先留存原件就开始变更', en: 'it went to work, and its originals had not been copied' };
const NOT_SAID = {
  zh: '原件是否先留存：没有事件说到',
  en: 'whether its originals were copied first: no event says so',
};

function outcomeOf(
  { own }: Told,
  said: BundleEvent,
  events: readonly BundleEvent[],
): Pick<Matter, 'outcome' | 'sentence'> {
  const { manifest, items, without } = said.details;
  switch (said.type) {
    case 'originals.copied': {
      const sentence = { zh: `先留存了 ${items} 项原件`, en: `${items} originals were copied first` };
      return { outcome: 'holds', sentence };
    }
    case 'originals.relied-on': {
      const there = own.some(
        ({ type, index, details }) =>
          type === 'originals.copied' && details.manifest === manifest && index < said.index,
      );
      const sentence = { zh: '使用了同一窗口内先前留存的原件', en: 'it relied on originals that were copied before' };
      return there ? { outcome: 'holds', sentence } : { outcome: 'fails', sentence: WITHOUT };
    }
    default: {
      const worked = events.some(({ type, index }) => type.startsWith('file.') && index > said.index);
      if (without === null || without === undefined) {
        const sentence = {
          zh: '原件没有全部留存，会话没有继续',
          en: 'not all originals could be copied, and it went no further',
        };
        return worked ? { outcome: 'fails', sentence: WITHOUT } : { outcome: 'holds', sentence };
      }
      const sentence = {
        zh: `原件没有全部留存；批准时说明：${without}`,
        en: `not all originals could be copied; the approval said: ${without}`,
      };
      return { outcome: 'lacking', sentence };
    }
  }
}
