// Who may make a proof. The classes are exported as types only; their makers are imported by nobody else.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isApproved } from '../../approvals/access/approved-channel.ts';
import { isAuthenticated } from '../../identity/login/authenticated-user.ts';

const TOP = join(import.meta.dirname, '../..');

function importersOf(name: string, file: string): string[] {
  const imports = new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '[^']*${file}'`);
  return ['identity', 'policies', 'approvals', 'web', 'bastion', 'recordings', 'audit', 'test']
    .flatMap((folder) =>
      readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    )
    .filter((path) => path.endsWith('.ts') && imports.test(readFileSync(join(TOP, path), 'utf8')))
    .sort();
}

test('only the three doors vouch for a user (R15)', () => {
  expect(importersOf('vouch', 'authenticated-user.ts')).toEqual([
    'identity/browser/browser-sessions.ts',
    'identity/login/ssh-login.ts',
    'identity/login/web-sign-in.ts',
  ]);
});

test('only the gate approves a channel (R1)', () => {
  expect(importersOf('approve', 'approved-channel.ts')).toEqual(['approvals/access/gate.ts']);
});

test('something that looks like a proof is none', () => {
  const forged = { account: { id: 'acc_x' }, via: 'web', source: '::1', factors: ['password', 'totp'], at: 0 };
  expect(isAuthenticated(forged)).toBe(false);
  expect(isApproved({ session: 'ses_x' })).toBe(false);
});
