import fc from 'fast-check';
import { expect, test } from 'vitest';
import { next, type TicketCommand } from '../../approvals/ticket/machine.ts';
import type { TicketProgress } from '../../approvals/ticket/ticket.ts';
import { newId } from '../../store/core/ids.ts';
import { Refusal } from '../../store/core/refusal.ts';

const requester = newId('acc');
const head = newId('acc');
const HASH = 'a'.repeat(64);
const NOW = 1000;
const END = 2000;

const approval = { by: head, at: 2 };
const STATES: { readonly [S in TicketProgress['state']]: Extract<TicketProgress, { state: S }> } = {
  draft: { state: 'draft' },
  submitted: { state: 'submitted', submittedAt: 1 },
  approved: { state: 'approved', submittedAt: 1, approval },
  refused: { state: 'refused', submittedAt: 1, refusal: approval, reason: 'no' },
  withdrawn: { state: 'withdrawn', submittedAt: 1, approval, closedAt: 3, reason: null },
  revoked: { state: 'revoked', submittedAt: 1, approval, closedAt: 3, reason: 'stop' },
  closed: { state: 'closed', submittedAt: 1, approval, closedAt: 3, report: 'done' },
};
const COMMANDS: { readonly [C in TicketCommand['type']]: Extract<TicketCommand, { type: C }> } = {
  submit: { type: 'submit' },
  withdraw: { type: 'withdraw', reason: null },
  approve: { type: 'approve', by: head, contentHash: HASH },
  refuse: { type: 'refuse', by: head, reason: 'no' },
  revoke: { type: 'revoke', reason: 'stop' },
  close: { type: 'close', report: 'done' },
};
const names = Object.keys(COMMANDS) as TicketCommand['type'][];

const ticket = (progress: TicketProgress) => ({ requester, contentHash: HASH, content: { windowEnd: END }, progress });
const stateAfter = (progress: TicketProgress, command: TicketCommand, now = NOW) => {
  const result = next(ticket(progress), command, now);
  return result instanceof Refusal ? result.code : result.state;
};

const NO = 'ticket.not-possible-now';
// submit, withdraw, approve, refuse, revoke, close
const TABLE: { readonly [S in TicketProgress['state']]: readonly string[] } = {
  draft: ['submitted', 'withdrawn', NO, NO, NO, NO],
  submitted: [NO, 'withdrawn', 'approved', 'refused', NO, NO],
  approved: [NO, 'withdrawn', NO, NO, 'revoked', 'closed'],
  refused: [NO, NO, NO, NO, NO, NO],
  withdrawn: [NO, NO, NO, NO, NO, NO],
  revoked: [NO, NO, NO, NO, NO, NO],
  closed: [NO, NO, NO, NO, NO, NO],
};

test.each(
  Object.values(STATES).flatMap((progress) =>
    names.map((command, index) => [progress.state, command, TABLE[progress.state][index] ?? ''] as const),
  ),
)('a ticket that is %s answers %s with %s (R1)', (state, command, expected) => {
  expect(stateAfter(STATES[state], COMMANDS[command])).toBe(expected);
});

test('a requester decides nothing about their own ticket (R8)', () => {
  expect(stateAfter(STATES.submitted, { ...COMMANDS.approve, by: requester })).toBe('duty.requester-approves-own');
  expect(stateAfter(STATES.submitted, { ...COMMANDS.refuse, by: requester })).toBe('duty.requester-approves-own');
});

test('an approval is of the content that was read (R3)', () => {
  const other = { ...COMMANDS.approve, contentHash: 'b'.repeat(64) };
  expect(stateAfter(STATES.submitted, other)).toBe('ticket.content-changed');
});

test('after the window’s end nothing is submitted or approved, but it is still closed with a report (R1)', () => {
  expect(stateAfter(STATES.draft, COMMANDS.submit, END)).toBe('ticket.window-over');
  expect(stateAfter(STATES.submitted, COMMANDS.approve, END)).toBe('ticket.window-over');
  expect(stateAfter(STATES.submitted, COMMANDS.approve, END - 1)).toBe('approved');
  expect(stateAfter(STATES.approved, COMMANDS.close, END + 1)).toBe('closed');
});

test('whatever is commanded, a ticket is approved only through submission, by somebody else, of what was asked', () => {
  const command = fc.oneof(
    fc.constantFrom(...Object.values(COMMANDS)),
    fc.record({
      type: fc.constant('approve' as const),
      by: fc.constantFrom(requester, head),
      contentHash: fc.constantFrom(HASH, ''),
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(command, fc.nat(1500)), { maxLength: 12 }), (steps) => {
      let now = 0;
      let progress: TicketProgress = STATES.draft;
      const seen: string[] = ['draft'];
      for (const [each, later] of steps) {
        now += later;
        const result = next(ticket(progress), each, now);
        if (result instanceof Refusal) continue;
        if (result.state === 'approved') {
          expect(progress.state).toBe('submitted');
          expect(result.approval.by).not.toBe(requester);
          expect(each).toMatchObject({ contentHash: HASH });
          expect(now).toBeLessThan(END);
        }
        progress = result;
        seen.push(progress.state);
      }
      expect(new Set(seen).size).toBe(seen.length);
    }),
  );
});
