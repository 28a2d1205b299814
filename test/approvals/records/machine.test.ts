import { expect, test } from 'vitest';
import { APPROVAL_MS, next, type RequestCommand } from '../../../approvals/records/machine.ts';
import type { RequestProgress } from '../../../approvals/records/request.ts';
import { newId } from '../../../store/core/ids.ts';
import { Refusal } from '../../../store/core/refusal.ts';

const requester = newId('acc');
const head = newId('acc');
const NOW = 1_000_000;
const approval = { by: head, at: NOW - 1 };

const STATES: { readonly [S in RequestProgress['state']]: Extract<RequestProgress, { state: S }> } = {
  waiting: { state: 'waiting' },
  approved: { state: 'approved', approval, expiresAt: NOW + 10 },
  refused: { state: 'refused', refusal: approval, reason: '理由不足' },
  withdrawn: { state: 'withdrawn', approval: null, endedAt: NOW - 1 },
  used: { state: 'used', approval, expiresAt: NOW + 10, endedAt: NOW - 1 },
};
const COMMANDS: { readonly [T in RequestCommand['type']]: Extract<RequestCommand, { type: T }> } = {
  approve: { type: 'approve', by: head },
  refuse: { type: 'refuse', by: head, reason: '理由不足' },
  withdraw: { type: 'withdraw' },
  use: { type: 'use' },
};

/** Every state × every command; what is not here is refused. */
const LEGAL: Readonly<Record<string, RequestProgress['state']>> = {
  'waiting approve': 'approved',
  'waiting refuse': 'refused',
  'waiting withdraw': 'withdrawn',
  'approved use': 'used',
  'approved withdraw': 'withdrawn',
};

const CELLS = Object.values(STATES).flatMap((progress) =>
  Object.values(COMMANDS).map((command) => [progress, command] as const),
);

test.each(CELLS)('%o and %o lead where the table says (R22)', (progress, command) => {
  const result = next({ requester, progress }, command, NOW);
  const expected = LEGAL[`${progress.state} ${command.type}`];
  if (expected !== undefined) expect(result).toMatchObject({ state: expected });
  else expect(result).toMatchObject({ code: 'record-request.not-possible-now' });
});

test.each(['approve', 'refuse'] as const)('whoever asked does not %s (R8)', (type) => {
  const command = { ...COMMANDS[type], by: requester };
  expect(next({ requester, progress: STATES.waiting }, command, NOW)).toMatchObject({ code: 'duty.asker-decides-own' });
});

test('an approval is good for 24 hours and not a moment longer (R22)', () => {
  const approved = next({ requester, progress: STATES.waiting }, COMMANDS.approve, NOW);
  if (approved instanceof Refusal) throw approved;
  const use = (now: number) => next({ requester, progress: approved }, COMMANDS.use, now);
  expect(use(NOW + APPROVAL_MS - 1)).toMatchObject({ state: 'used' });
  expect(use(NOW + APPROVAL_MS)).toMatchObject({ code: 'record-request.expired' });
});
