// The machine, whole: every state × every command from one table, which the database and the README hold as well.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ARCS, next, type TicketCommand } from '../../approvals/ticket/machine.ts';
import { begin } from '../../approvals/ticket/passage.ts';
import { EMERGENCY, ONE_HEAD, type Route } from '../../approvals/ticket/route.ts';
import type { TicketProgress } from '../../approvals/ticket/ticket.ts';
import { newId } from '../../store/core/ids.ts';
import { Refusal } from '../../store/core/refusal.ts';
import type { TicketState } from '../../store/schema/states.ts';
import { onEachDatabase } from '../support/databases.ts';

const [requester, head, other, section] = [newId('acc'), newId('acc'), newId('acc'), newId('acc')];
const HASH = 'a'.repeat(64);
const NOW = 1000;
const END = 2000;
const WITH_FILING: Route = { filing: true, approvals: 1, emergency: false };
const TWO_HEADS: Route = { filing: false, approvals: 2, emergency: false };

const approval = { by: head, at: 2, deputyFor: null };
const passage = { ...begin(ONE_HEAD), given: [approval] };
const report = { outcome: 'done', notes: 'done', configUpdated: true, at: 3 } as const;
const approved = { submittedAt: 1, passage, approval };
const filing = { by: section, at: 1, deputyFor: null };
const STATES: { readonly [S in TicketState]: Extract<TicketProgress, { state: S }> } = {
  draft: { state: 'draft' },
  submitted: { state: 'submitted', submittedAt: 1, passage: begin(ONE_HEAD) },
  filed: { state: 'filed', submittedAt: 1, passage: { ...begin(WITH_FILING), filing } },
  approved: { state: 'approved', ...approved, sentBack: null },
  refused: { state: 'refused', submittedAt: 1, passage: begin(ONE_HEAD), refusal: approval, reason: 'no' },
  withdrawn: { state: 'withdrawn', ...approved, closedAt: 3, reason: null },
  revoked: { state: 'revoked', ...approved, closedAt: 3, reason: 'stop' },
  reported: { state: 'reported', ...approved, report },
  closed: { state: 'closed', ...approved, report, acceptance: approval, closedAt: 4 },
};
const by = { by: head, deputyFor: null };
const COMMANDS: { readonly [C in TicketCommand['type']]: Extract<TicketCommand, { type: C }> } = {
  revise: { type: 'revise' },
  submit: { type: 'submit', route: ONE_HEAD },
  file: { type: 'file', by: section },
  approve: { type: 'approve', ...by, read: HASH, shown: HASH, narrowing: null, lastEnd: END },
  refuse: { type: 'refuse', ...by, reason: 'no' },
  withdraw: { type: 'withdraw', reason: null },
  revoke: { type: 'revoke', reason: 'stop' },
  report: { type: 'report', report: { outcome: 'done', notes: 'done', configUpdated: true } },
  accept: { type: 'accept', by: head },
  'send-back': { type: 'send-back', reason: 'more' },
};
const STATE_NAMES = Object.keys(STATES) as TicketState[];
const COMMAND_NAMES = Object.keys(COMMANDS) as TicketCommand['type'][];

const ticket = (progress: TicketProgress) => ({ requester, content: { windowEnd: END }, progress });
const moved = (progress: TicketProgress, command: TicketCommand, now = NOW) => next(ticket(progress), command, now);
const stateAfter = (progress: TicketProgress, command: TicketCommand, now = NOW) => {
  const result = moved(progress, command, now);
  return result instanceof Refusal ? result.code : result.state;
};
const submitted = (route: Route) => ({ ...STATES.submitted, passage: begin(route) });

const CELLS = STATE_NAMES.flatMap((state) => COMMAND_NAMES.map((command) => [state, command] as const));

test.each(CELLS)('a ticket that is %s answers %s as the table says (R1)', (state, command) => {
  const allowed = ARCS[state][command];
  const result = stateAfter(STATES[state], COMMANDS[command]);
  if (allowed === undefined) expect(result).toBe('ticket.not-possible-now');
  // A ticket whose route asks for no filing is not filed, though others are.
  else if (state === 'submitted' && command === 'file') expect(result).toBe('ticket.needs-no-filing');
  else expect(allowed).toContain(result);
});

test('every arc of the table is walked by some ticket (R1)', () => {
  const walked = new Set<string>();
  const walk = (progress: TicketProgress, command: TicketCommand) =>
    walked.add(`${progress.state} ${command.type} ${stateAfter(progress, command)}`);
  for (const [state, command] of CELLS) walk(STATES[state], COMMANDS[command]);
  walk(submitted(WITH_FILING), COMMANDS.file);
  walk(submitted(TWO_HEADS), COMMANDS.approve);
  walk(
    { ...STATES.filed, passage: { ...STATES.filed.passage, route: { ...WITH_FILING, approvals: 2 } } },
    COMMANDS.approve,
  );
  const arcs = STATE_NAMES.flatMap((state) =>
    Object.entries(ARCS[state]).flatMap(([command, to]) => to.map((each) => `${state} ${command} ${each}`)),
  );
  for (const arc of arcs) expect(walked).toContain(arc);
});

test('the README draws the same arcs (R1)', () => {
  const text = readFileSync(join(import.meta.dirname, '../../approvals/README.md'), 'utf8');
  for (const state of STATE_NAMES) {
    const row = Object.entries(ARCS[state]).map(([command, to]) => `${command} → ${to.join(' or ')}`);
    expect(text).toContain(`| ${state} | ${row.length === 0 ? 'final' : row.join(', ')} |`);
  }
});

onEachDatabase((under) => {
  test('the database holds the same arcs, and no others (R1)', async () => {
    const rows = await under
      .current()
      .transaction((tx) => tx.selectFrom('ticket_arc').selectAll().where('legal', '=', 1).execute());
    const inCode = STATE_NAMES.flatMap((state) =>
      [...new Set(Object.values(ARCS[state]).flat())].map((to) => `${state} ${to}`),
    );
    expect(rows.map(({ from_state, to_state }) => `${from_state} ${to_state}`).sort()).toEqual(inCode.sort());
  });
});

describe('whose decision counts', () => {
  test('a requester decides nothing about their own ticket (R8, B17)', () => {
    for (const command of ['approve', 'refuse'] as const) {
      expect(stateAfter(STATES.submitted, { ...COMMANDS[command], by: requester })).toBe('duty.requester-approves-own');
    }
    expect(stateAfter(submitted(WITH_FILING), { type: 'file', by: requester })).toBe('duty.requester-approves-own');
  });

  test('filing and each approval are different people (R4, B17)', () => {
    const filed = moved(submitted(WITH_FILING), { type: 'file', by: head }) as TicketProgress;
    expect(stateAfter(filed, COMMANDS.approve)).toBe('duty.decides-twice');
    const once = moved(submitted(TWO_HEADS), COMMANDS.approve) as TicketProgress;
    expect(once.state).toBe('submitted');
    expect(stateAfter(once, COMMANDS.approve)).toBe('duty.decides-twice');
    expect(stateAfter(once, { ...COMMANDS.approve, by: other, deputyFor: head })).toBe('duty.one-head-twice');
    expect(stateAfter(once, { ...COMMANDS.approve, by: other })).toBe('approved');
  });

  test('what has to be filed is filed first (R4)', () => {
    expect(stateAfter(submitted(WITH_FILING), COMMANDS.approve)).toBe('ticket.filing-first');
  });

  test('an emergency takes two people, whoever they are (R7)', () => {
    const once = moved(submitted(EMERGENCY), { ...COMMANDS.approve, by: section }) as TicketProgress;
    expect(once.state).toBe('submitted');
    expect(stateAfter(once, { ...COMMANDS.approve, by: section })).toBe('duty.decides-twice');
    expect(stateAfter(once, COMMANDS.approve)).toBe('approved');
  });
});

test('an approval is of what was shown (R3)', () => {
  const unread = { ...COMMANDS.approve, read: 'b'.repeat(64) };
  expect(stateAfter(STATES.submitted, unread)).toBe('ticket.content-changed');
});

test('after the window’s end nothing is submitted or approved, but it is still reported and accepted (R1)', () => {
  expect(stateAfter(STATES.draft, COMMANDS.submit, END)).toBe('ticket.window-over');
  expect(stateAfter(STATES.submitted, COMMANDS.approve, END)).toBe('ticket.window-over');
  expect(stateAfter(STATES.submitted, COMMANDS.approve, END - 1)).toBe('approved');
  expect(stateAfter(STATES.submitted, { ...COMMANDS.approve, lastEnd: END - 10 }, END - 5)).toBe('ticket.window-over');
  expect(stateAfter(STATES.approved, COMMANDS.report, END + 1)).toBe('reported');
  expect(stateAfter(STATES.reported, COMMANDS.accept, END + 1)).toBe('closed');
});

test('whatever is commanded, approved means: by as many others as its route asks for, of what was shown (R1, R8)', () => {
  const routes = [ONE_HEAD, WITH_FILING, TWO_HEADS, EMERGENCY];
  const command = fc.oneof(
    fc.constantFrom(...Object.values(COMMANDS)),
    fc.constantFrom(...routes).map((route) => ({ type: 'submit' as const, route })),
    fc.constantFrom(requester, head, other, section).map((by) => ({ type: 'file' as const, by })),
    fc.record({
      type: fc.constant('approve' as const),
      by: fc.constantFrom(requester, head, other, section),
      deputyFor: fc.constantFrom(null, head),
      read: fc.constantFrom(HASH, ''),
      shown: fc.constant(HASH),
      narrowing: fc.constant(null),
      lastEnd: fc.constant(END),
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(command, fc.nat(400)), { maxLength: 20 }), (steps) => {
      let now = 0;
      let progress: TicketProgress = STATES.draft;
      for (const [each, later] of steps) {
        now += later;
        const before = progress;
        const result = next(ticket(progress), each, now);
        if (result instanceof Refusal) continue;
        progress = result;
        expect(ARCS[before.state][each.type]).toContain(progress.state);
        if (progress.state !== 'approved' || before.state === 'reported') continue;
        const { route, filing: filed, given } = progress.passage;
        const people = [...given.map(({ by }) => by), ...(filed === null ? [] : [filed.by])];
        expect(given).toHaveLength(route.approvals);
        expect(filed !== null || !route.filing).toBe(true);
        expect(new Set(people).size).toBe(people.length);
        expect(people).not.toContain(requester);
        expect(each).toMatchObject({ read: HASH });
        expect(now).toBeLessThan(END);
      }
    }),
    { numRuns: 500 },
  );
});
