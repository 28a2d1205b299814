// Every state × every command, from one table; and how far a window can be made to last.

import { expect, test } from 'vitest';
import { extendable, wantedEnd } from '../../../approvals/extensions/bounds.ts';
import type { ExtensionProgress, ExtensionWish } from '../../../approvals/extensions/extension.ts';
import { type ExtensionCommand, isExpired, next } from '../../../approvals/extensions/machine.ts';
import { ONE_HEAD } from '../../../approvals/ticket/route.ts';
import { PLAIN_TERMS } from '../../../approvals/ticket/terms.ts';
import type { Ticket, TicketProgress } from '../../../approvals/ticket/ticket.ts';
import { LONGEST_WINDOW_MS, type Window } from '../../../approvals/ticket/windows.ts';
import { newId } from '../../../store/core/ids.ts';
import { Refusal } from '../../../store/core/refusal.ts';

const HOUR = 3_600_000;
const [requester, asker, head] = [newId('acc'), newId('acc'), newId('acc')];
const approval = { by: head, at: 0, deputyFor: null };
const passage = {
  route: ONE_HEAD,
  filing: null,
  given: [approval],
  narrowing: null,
};

const ticketOf = (
  windows: readonly Window[],
  progress: TicketProgress = { state: 'approved', submittedAt: 0, passage, approval, sentBack: null },
): Ticket => ({
  id: newId('tkt'),
  number: 'BG-20260312-01',
  requester,
  content: {
    purpose: '升级',
    plan: '升级',
    windowStart: windows[0]?.start ?? 0,
    windowEnd: windows.at(-1)?.end ?? 0,
    windows,
    sources: ['192.0.2.1'],
    channels: [],
    terms: PLAIN_TERMS,
  },
  contentHash: '',
  progress,
  edition: 1,
  extensions: [],
  createdAt: 0,
  version: 1,
});

const TICKET = ticketOf([{ start: 0, end: HOUR }]);
const wish = (progress: ExtensionProgress, until = 2 * HOUR): ExtensionWish => ({
  id: newId('ext'),
  ticket: TICKET.id,
  window: 0,
  fromEnd: HOUR,
  until,
  asker,
  reason: '还没有完成',
  progress,
  askedAt: 0,
  version: 1,
});

const STATES: readonly ExtensionProgress[] = [
  { state: 'asked' },
  { state: 'granted', grant: { by: head, at: 1 } },
  { state: 'refused', refusal: { by: head, at: 1 }, reason: '明天再做' },
  { state: 'withdrawn' },
];
const COMMANDS: readonly ExtensionCommand[] = [
  { type: 'grant', by: head },
  { type: 'refuse', by: head, reason: '明天再做' },
  { type: 'withdraw' },
];
const LEADS_TO = { grant: 'granted', refuse: 'refused', withdraw: 'withdrawn' } as const;

test.each(STATES.flatMap((state) => COMMANDS.map((command) => [state.state, command.type, state, command] as const)))(
  '%s and %s: as the table says (R7)',
  (from, type, state, command) => {
    const outcome = next(wish(state), TICKET, command, 1);
    if (from === 'asked') expect(outcome).toMatchObject({ state: LEADS_TO[type] });
    else expect(outcome instanceof Refusal && outcome.code).toBe('extension.not-possible-now');
  },
);

test.each([
  ['who asked', asker],
  ['who asked for the ticket', requester],
])('%s decides nothing about more time (R8)', (_, by) => {
  for (const command of [{ type: 'grant', by } as const, { type: 'refuse', by, reason: '好' } as const]) {
    const outcome = next(wish({ state: 'asked' }), TICKET, command, 1);
    expect(outcome instanceof Refusal && outcome.code).toBe('duty.requester-extends-own');
  }
});

test('a wish expires with its window, and with its ticket; then it cannot be granted (R1)', () => {
  const open = wish({ state: 'asked' });
  const grant = { type: 'grant', by: head } as const;
  const code = (ticket: Ticket, now: number) => {
    const outcome = next(open, ticket, grant, now);
    return outcome instanceof Refusal ? outcome.code : outcome.state;
  };
  expect([isExpired(open, TICKET, HOUR - 1), code(TICKET, HOUR - 1)]).toEqual([false, 'granted']);
  expect([isExpired(open, TICKET, HOUR), code(TICKET, HOUR)]).toEqual([true, 'extension.expired']);
  const revoked = ticketOf([{ start: 0, end: HOUR }], {
    state: 'revoked',
    submittedAt: 0,
    passage,
    approval,
    closedAt: 1,
    reason: '停',
  });
  expect([isExpired(open, revoked, 1), code(revoked, 1)]).toEqual([true, 'ticket.not-possible-now']);
});

test('a wish for one window is none for the next (R1)', () => {
  const ticket = ticketOf([
    { start: 0, end: HOUR },
    { start: 3 * HOUR, end: 4 * HOUR },
  ]);
  const outcome = next(wish({ state: 'asked' }), ticket, { type: 'grant', by: head }, 3 * HOUR);
  expect(outcome instanceof Refusal && outcome.code).toBe('extension.expired');
});

const asks = (ticket: Ticket, wanted: Parameters<typeof wantedEnd>[2], now = 1): number | string => {
  try {
    return wantedEnd(ticket, extendable(ticket, now), wanted);
  } catch (error) {
    return error instanceof Refusal ? error.sentence.en : 'fault';
  }
};

test('more time ends where another window or the seventh day begins, and is at least a minute (R1)', () => {
  const two = ticketOf([
    { start: 0, end: HOUR },
    { start: 3 * HOUR, end: 4 * HOUR },
  ]);
  expect(asks(two, { minutes: 120 })).toBe(3 * HOUR);
  expect(asks(two, { minutes: 121 })).toContain('next one');
  expect(asks(TICKET, { until: LONGEST_WINDOW_MS })).toBe(LONGEST_WINDOW_MS);
  expect(asks(TICKET, { until: LONGEST_WINDOW_MS + 1 })).toContain('7 days');
  for (const wanted of [
    { minutes: 0 },
    { minutes: -5 },
    { minutes: 0.5 / 7 },
    { until: HOUR },
    { until: Number.NaN },
  ]) {
    expect(asks(TICKET, wanted)).toContain('past the present end');
  }
});

test('what was granted is where the next wish begins (R1)', () => {
  const longer: Ticket = { ...TICKET, extensions: [{ window: 0, until: 2 * HOUR, by: head, at: 1 }] };
  expect(extendable(longer, HOUR + 1)).toEqual({ window: 0, end: 2 * HOUR, latest: LONGEST_WINDOW_MS });
  expect(asks(longer, { minutes: 30 }, HOUR + 1)).toBe(2.5 * HOUR);
});
