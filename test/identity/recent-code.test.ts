// The one-time code asked once within a time (R15, B14): what it serves, what it does not, and what ends it.

import { expect, test } from 'vitest';
import { createDepartures } from '../../identity/departures/departures.ts';
import { RecentCodes } from '../../identity/login/recent-code.ts';
import { createSshLogins } from '../../identity/login/ssh-login.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createStage, ed25519Line, FRESH_MS, HERE, type Member, PASSWORD, refusal, type Stage } from './cast.ts';

const TYPED = 'li-gong+root+web1';

async function withKey(on: Stage, name = 'li-gong') {
  const member = await on.enlist(name, 'operator');
  const user = await on.signIn(member);
  const key = ed25519Line();
  const added = await on.keys.add(user, await on.fresh(user, member, 'key.add'), key.line);
  return { member, user, blob: key.blob, line: key.line, added };
}

interface Door {
  readonly name?: string;
  readonly source?: string;
  readonly typed?: string | undefined;
  readonly ssh?: Stage['ssh'];
}

/** Signs in with the key and says whether a code was asked for. */
async function asked(on: Stage, blob: string, door: Door = {}) {
  const { name = 'li-gong', source = HERE, ssh = on.ssh } = door;
  const typed = 'typed' in door ? door.typed : TYPED;
  const login = ssh.start(name, source, typed);
  expect(await login.key({ blob })).toBe(true);
  return (await login.recentCode()) === undefined;
}

async function withCode(
  on: Stage,
  member: Member,
  blob: string,
  { source = HERE, typed = TYPED, ssh = on.ssh }: Door = {},
) {
  const login = ssh.start(member.name, source, typed);
  await login.key({ blob });
  expect(await login.recentCode()).toBeUndefined();
  return login.code(on.nextCode(member));
}

onEachDatabase((under) => {
  const stage = () => createStage(under.current());

  test('the same key, name, channel and source are asked once, and each use says what it rests on (R15)', async () => {
    const on = stage();
    const { member, blob, added } = await withKey(on);
    await withCode(on, member, blob);
    const codeAt = on.clock.now();
    on.clock.advance(60_000);
    const login = on.ssh.start('li-gong', HERE, TYPED);
    await login.key({ blob });
    const user = await login.recentCode();
    expect(user).toMatchObject({ via: 'ssh', source: HERE, factors: [`key:${added.fingerprint}`, 'totp'] });
    expect(login.state).toBe('authenticated');
    expect((await on.evidence('login.succeeded')).at(-1)).toMatchObject({
      actor: { name: 'li-gong' },
      source: HERE,
      details: { via: 'ssh', factors: [`key:${added.fingerprint}`, 'totp'], codeAt },
    });
  });

  test('using it does not prolong it, and the machine’s clock set back does not either (R15)', async () => {
    const on = stage();
    const { member, blob } = await withKey(on);
    await withCode(on, member, blob);
    for (let used = 0; used < 5; used += 1) {
      on.clock.advance(FRESH_MS / 5 - 1);
      expect(await asked(on, blob)).toBe(false);
    }
    on.clock.setWall(on.clock.now() - FRESH_MS);
    on.clock.advance(5);
    expect(await asked(on, blob)).toBe(true);
  });

  test('it serves no other source, target, login, key or person (R15, B1, B14)', async () => {
    const on = stage();
    const { member, user, blob } = await withKey(on);
    const other = await withKey(on, 'wang-gong');
    const second = ed25519Line();
    await on.keys.add(user, await on.fresh(user, member, 'key.add'), second.line);
    await withCode(on, member, blob);
    expect(await asked(on, blob, { source: '203.0.113.8' })).toBe(true);
    expect(await asked(on, blob, { source: '2001:db8::1' })).toBe(true);
    for (const typed of ['li-gong+root+web2', 'li-gong+oracle+web1', 'li-gong+web1', 'li-gong', '', undefined]) {
      expect(await asked(on, blob, { typed }), String(typed)).toBe(true);
    }
    expect(await asked(on, second.blob)).toBe(true);
    expect(await asked(on, other.blob, { name: 'wang-gong' })).toBe(true);
    expect(await asked(on, blob)).toBe(false);
    expect(await asked(on, blob, { source: `::ffff:${HERE}` })).toBe(false);
  });

  test('a password always asks, also after a code with a key and with a code of its own (R15)', async () => {
    const on = stage();
    const { member, blob } = await withKey(on);
    await withCode(on, member, blob);
    for (let twice = 0; twice < 2; twice += 1) {
      const login = on.ssh.start('li-gong', HERE, TYPED);
      expect(await login.password(PASSWORD)).toBe(true);
      expect(await login.recentCode()).toBeUndefined();
      expect(login.state).toBe('first-factor');
      await login.code(on.nextCode(member));
    }
    const other = await withKey(on, 'wang-gong');
    const byPassword = on.ssh.start('wang-gong', HERE, 'wang-gong');
    await byPassword.password(PASSWORD);
    await byPassword.code(on.nextCode(other.member));
    expect(await asked(on, other.blob, { name: 'wang-gong', typed: 'wang-gong' })).toBe(true);
  });

  test('nothing is remembered of a wrong code, and nothing before a first factor (R15, B2)', async () => {
    const on = stage();
    const { blob } = await withKey(on);
    const login = on.ssh.start('li-gong', HERE, TYPED);
    expect(await refusal(login.recentCode())).toBe('login.refused');
    await login.key({ blob });
    expect(await refusal(login.code('000000'))).toBe('login.refused');
    expect(await asked(on, blob)).toBe(true);
  });

  test('a departure ends it at once (R10)', async () => {
    const on = stage();
    const { member, blob } = await withKey(on);
    await withCode(on, member, blob);
    const login = on.ssh.start('li-gong', HERE, TYPED);
    await login.key({ blob });
    const { user, member: boss } = await on.admin();
    const departures = createDepartures({ ...on, steps: [], cutSessions: async () => [] });
    await departures.depart(user, await on.fresh(user, boss, 'account.depart'), member.id, '离岗');
    expect(await login.recentCode()).toBeUndefined();
    expect(await on.ssh.start('li-gong', HERE, TYPED).key({ blob })).toBe(false);
  });

  test('removing the key ends it, and registering the same key again does not bring it back (R10)', async () => {
    const on = stage();
    const { member, user, blob, line, added } = await withKey(on);
    await withCode(on, member, blob);
    await on.keys.remove(user, await on.fresh(user, member, 'key.remove'), added.id);
    await on.keys.add(user, await on.fresh(user, member, 'key.add'), line);
    expect(await asked(on, blob)).toBe(true);
  });

  test.each(['totp_secret', 'password_hash'] as const)('another %s ends it (R14)', async (column) => {
    const on = stage();
    const { member, blob } = await withKey(on);
    await withCode(on, member, blob);
    const change = column === 'totp_secret' ? { totp_secret: 'another' } : { password_hash: 'another' };
    await on.database.transaction((tx) => tx.updateTable('account').set(change).where('id', '=', member.id).execute());
    expect(await asked(on, blob)).toBe(true);
  });

  test('a lock since then ends it, and it does not come back when the lock is over (R14)', async () => {
    const on = stage();
    const codes = new RecentCodes(on.clock, 10 * FRESH_MS);
    const ssh = createSshLogins({ ...on, codes });
    const { member, blob } = await withKey(on);
    await withCode(on, member, blob, { ssh });
    expect(await asked(on, blob, { ssh })).toBe(false);
    for (let guess = 0; guess < 5; guess += 1) await on.ssh.start('li-gong', HERE).password('wrong');
    expect(await refusal(ssh.start('li-gong', HERE, TYPED).key({ blob }))).toBe('login.throttled');
    on.clock.advance(16 * 60_000);
    expect(await asked(on, blob, { ssh })).toBe(true);
  });

  test('with zero minutes every login asks, and a restart forgets (R15)', async () => {
    const on = stage();
    const { member, blob } = await withKey(on);
    const never = createSshLogins({ ...on, codes: new RecentCodes(on.clock, 0) });
    await withCode(on, member, blob, { ssh: never });
    expect(await asked(on, blob, { ssh: never })).toBe(true);
    await withCode(on, member, blob);
    const restarted = createSshLogins({ ...on, codes: new RecentCodes(on.clock, FRESH_MS) });
    expect(await asked(on, blob, { ssh: restarted })).toBe(true);
    expect(await asked(on, blob)).toBe(false);
  });
});
