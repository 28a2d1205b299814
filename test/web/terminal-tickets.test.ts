import { expect, test } from 'vitest';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { TerminalTickets } from '../../web/live/terminal-tickets.ts';
import { ManualClock } from '../support/manual-clock.ts';

type Waiting = Parameters<TerminalTickets['issue']>[0];

const somebody = (id: string, source: string) => ({ account: { id }, source }) as unknown as AuthenticatedUser;
const engineer = somebody('acc_1', '203.0.113.7');
const waiting = { user: engineer, fresh: {}, request: {} } as unknown as Waiting;

test.each([
  ['another address, which the gate never judged', somebody('acc_1', '198.51.100.9')],
  ['another person', somebody('acc_2', '203.0.113.7')],
])('a terminal’s token is worth nothing from %s, and is used up by trying (R15, B1)', (_, other) => {
  const tickets = new TerminalTickets(new ManualClock());
  const token = tickets.issue(waiting);
  expect(tickets.redeem(token, other)).toBeUndefined();
  expect(tickets.redeem(token, engineer)).toBeUndefined();
});

test('a terminal’s token opens once, within half a minute (B7)', () => {
  const clock = new ManualClock();
  const tickets = new TerminalTickets(clock);
  const [used, late] = [tickets.issue(waiting), tickets.issue(waiting)];
  expect(tickets.redeem(used, engineer)).toBe(waiting);
  expect(tickets.redeem(used, engineer)).toBeUndefined();
  clock.advance(30_000);
  expect(tickets.redeem(late, engineer)).toBeUndefined();
});
