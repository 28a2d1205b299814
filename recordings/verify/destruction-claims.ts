// Whether each destruction in the evidence log was allowed by what the log says before it: somebody asked, somebody else
// approved, it was old enough, and nothing kept it.

import type { Finding } from '../../audit/finding.ts';
import type { LoggedEvent } from '../../audit/verify-leaves.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import { DAY_MS, RETENTION_FLOOR_DAYS } from '../../store/core/retention.ts';

export interface DestructionCollector {
  /** In the order of the log. */
  add(event: LoggedEvent, file: string): void;
  readonly findings: readonly Finding[];
}

export function collectDestructions(): DestructionCollector {
  const known = new Known();
  const findings: Finding[] = [];
  return {
    findings,
    add(event, file) {
      if (event.type !== 'recording.destroyed') return known.add(event);
      for (const sentence of known.against(event)) findings.push({ where: { file, leaf: event.index }, sentence });
    },
  };
}

class Known {
  readonly #asked = new Map<string, ReadonlySet<string>>();
  readonly #approved = new Set<string>();
  readonly #ended = new Map<string, number>();
  readonly #tickets = new Map<string, string>();
  readonly #holds = new Map<string, { readonly session: string; readonly ticket: string }>();

  add({ type, details, at }: LoggedEvent): void {
    const text = (name: string): string => textOf(details[name]);
    if (type === 'session.opened') this.#tickets.set(text('session'), text('ticket'));
    else if (type === 'session.ended') this.#ended.set(text('session'), at);
    else if (type === 'destroy.requested') this.#asked.set(text('request'), sessionsOf(details.terms));
    else if (type === 'destroy.approved') this.#approved.add(text('request'));
    else if (type === 'hold.placed')
      this.#holds.set(text('hold'), { session: text('session'), ticket: text('ticket') });
    else if (type === 'hold.lifted') this.#holds.delete(text('hold'));
  }

  against({ details, at }: LoggedEvent): readonly Sentence[] {
    const [session, request] = [textOf(details.session), textOf(details.request)];
    const [asked, approved] = [textOf(details.asked), textOf(details.approved)];
    const ended = this.#ended.get(session) ?? Number.POSITIVE_INFINITY;
    const ticket = this.#tickets.get(session);
    const held = [...this.#holds.values()].some(
      (hold) => hold.session === session || (ticket !== undefined && hold.ticket === ticket),
    );
    const both = this.#asked.get(request)?.has(session) === true && this.#approved.has(request);
    return [
      ...(both && asked !== '' && approved !== '' && asked !== approved ? [] : [NOT_AGREED]),
      ...(at - ended >= RETENTION_FLOOR_DAYS * DAY_MS ? [] : [TOO_EARLY]),
      ...(held ? [ON_HOLD] : []),
    ];
  }
}

const NOT_AGREED: Sentence = {
  zh: '录像被销毁，而日志中没有两个人的申请与批准',
  en: 'a recording was destroyed, and the log does not say that two people agreed',
};
const TOO_EARLY: Sentence = {
  zh: `录像未满 ${RETENTION_FLOOR_DAYS} 天即被销毁`,
  en: `a recording was destroyed before it was ${RETENTION_FLOOR_DAYS} days old`,
};
const ON_HOLD: Sentence = {
  zh: '录像在保全期间被销毁',
  en: 'a recording was destroyed while a hold kept it',
};

function sessionsOf(terms: Json | undefined): ReadonlySet<string> {
  const listed = typeof terms === 'object' && terms !== null && 'sessions' in terms ? terms.sessions : [];
  return new Set(Array.isArray(listed) ? listed.map(String) : []);
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
