// Which commands are for the gateway itself, and which are for a target.

import { expect, test } from 'vitest';
import { ownCommand } from '../../bastion/gateway/front/own-command.ts';
import { parseConnectionName } from '../../store/core/connection-name.ts';

const asked = (command: string, user = 'lin') => {
  const name = parseConnectionName(user);
  if (name === undefined) throw new Error('expected a user name');
  return ownCommand(name, command);
};

test.each([
  ['another word', 'status'],
  ['the word as a part of another', 'sluicegate status'],
  ['the word later on', 'echo sluice status'],
  ['the word after an assignment', 'A=1 sluice status'],
  ['a path', './sluice status'],
  ['nothing', ''],
])('%s is for a target (R2)', (_, command) => {
  expect(asked(command)).toBeUndefined();
});

test.each(['lin+web1', 'lin+root+web1'])('whoever names a target, as %s does, runs it there (R2)', (user) => {
  expect(asked('sluice status', user)).toBeUndefined();
});

test.each([
  ['sluice status', { kind: 'status' }],
  ['  sluice   status  ', { kind: 'status' }],
  ['sluice', { kind: 'help' }],
  ['sluice help', { kind: 'help' }],
  ['sluice extend 30 升级 未完成', { kind: 'extend', ticket: null, minutes: 30, reason: '升级 未完成' }],
  ['sluice extend 30 "still copying"', { kind: 'extend', ticket: null, minutes: 30, reason: 'still copying' }],
  ['sluice extend BG-20260312-01 5 x', { kind: 'extend', ticket: 'BG-20260312-01', minutes: 5, reason: 'x' }],
  ['sluice extend 0 x', { kind: 'wrong' }],
  ['sluice extend 10081 x', { kind: 'wrong' }],
  ['sluice extend 30', { kind: 'wrong' }],
  ['sluice extend -5 x', { kind: 'wrong' }],
  ['sluice extend 3e1 x', { kind: 'wrong' }],
  [`sluice extend 5 ${'x'.repeat(1001)}`, { kind: 'wrong' }],
  ['sluice status; rm -rf /', { kind: 'wrong' }],
  ['sluice status && id', { kind: 'wrong' }],
  ['sluice $(id)', { kind: 'wrong' }],
])('%s', (command, expected) => {
  expect(asked(command)).toEqual(expected);
});
