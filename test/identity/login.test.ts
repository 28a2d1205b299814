import { describe, expect, test } from 'vitest';
import type { SshLogin } from '../../identity/login/ssh-login.ts';
import { advanceTotpStep } from '../../identity/people/account-repository.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createStage, ed25519Line, HERE, type Member, PASSWORD, paper, refusal, type Stage } from './cast.ts';

const ELSEWHERE = '198.51.100.9';

async function wrongCode(login: SshLogin): Promise<void> {
  await login.password(PASSWORD);
  await refusal(login.code('000000'));
}

onEachDatabase((under) => {
  const stage = () => createStage(under.current());

  /** Every door that takes a code. Each answers the refusal's code, or `allowed`. */
  async function doors({ web, ssh, stepUp, signIn }: Stage, member: Member) {
    const user = await signIn(member);
    return {
      web: (code: string) => refusal(web.signIn({ name: member.name, password: PASSWORD, code }, HERE)),
      ssh: async (code: string) => {
        const login = ssh.start(member.name, HERE);
        expect(await login.password(PASSWORD)).toBe(true);
        return refusal(login.code(code));
      },
      stepUp: (code: string) => refusal(stepUp(user, code, 'key.add')),
    };
  }

  test('signing in takes name, password and code together, and says who, how and from where (R15)', async () => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator', '甲公司');
    const user = await on.signIn(member);
    expect(user).toMatchObject({ via: 'web', source: HERE, factors: ['password', 'totp'] });
    expect(user.account).toMatchObject({ name: 'li-gong', role: 'operator', vendor: '甲公司' });
    expect((await on.evidence('login.succeeded')).at(-1)).toMatchObject({
      actor: { name: 'li-gong' },
      details: { via: 'web', factors: ['password', 'totp'] },
    });
  });

  test('whatever is wrong, the answer and the evidence are the same (R15)', async () => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator');
    const { user } = await on.admin();
    await on.people.invite(user, {
      name: 'not-yet',
      displayName: '未到',
      role: 'operator',
      vendor: null,
      identity: paper('not-yet'),
    });
    on.clock.advance(60_000);
    const code = on.code(member);
    const attempts = [
      { name: 'li-gong', password: 'wrong password', code },
      { name: 'li-gong', password: PASSWORD, code: '000000' },
      { name: 'nobody-here', password: PASSWORD, code },
      { name: 'not-yet', password: PASSWORD, code },
      { name: '"><script>', password: PASSWORD, code },
    ];
    for (const [index, attempt] of attempts.entries()) {
      expect(await refusal(on.web.signIn(attempt, `198.51.100.${index + 1}`))).toBe('login.refused');
    }
    const details = (await on.evidence('login.failed')).map((event) => event.details);
    expect(details).toEqual(attempts.map(() => ({ via: 'web', factor: 'password+totp', code: 'login.refused' })));
    expect((await on.evidence('login.failed')).at(-1)?.actor).toEqual({ kind: 'nobody', name: '?' });
    expect(await refusal(on.web.signIn({ name: 'LI-GONG ', password: PASSWORD, code }, HERE))).toBe('allowed');
  });

  test.each(
    (['web', 'ssh', 'stepUp'] as const).flatMap((a) => (['web', 'ssh', 'stepUp'] as const).map((b) => [a, b] as const)),
  )('a code used at %s does not work again at %s, nor does an earlier one (R15)', async (first, second) => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator');
    const at = await doors(on, member);
    on.clock.advance(120_000);
    const earlier = on.code(member, -1);
    const code = on.code(member);
    expect(await at[first](code)).toBe('allowed');
    expect(await at[second](code)).toMatch(/refused$/);
    expect(await at[second](earlier)).toMatch(/refused$/);
    expect(await at[second](on.code(member, 1))).toBe('allowed');
  });

  test('of one code at every door at the same moment exactly one is accepted (R15)', async () => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator');
    const at = await doors(on, member);
    on.clock.advance(120_000);
    const code = on.code(member);
    const answers = await Promise.all([at.web(code), at.stepUp(code), at.ssh(code), at.web(code)]);
    expect(answers.filter((answer) => answer === 'allowed')).toHaveLength(1);
  });

  test('codes two steps old or early are refused, and after the clock was set back none works twice (R15)', async () => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator');
    const at = await doors(on, member);
    on.clock.advance(300_000);
    expect(await at.web(on.code(member, 2))).toBe('login.refused');
    expect(await at.web(on.code(member, -2))).toBe('login.refused');
    const used = on.code(member);
    expect(await at.web(used)).toBe('allowed');
    on.clock.setWall(on.clock.now() - 120_000);
    expect(await at.web(on.code(member))).toBe('login.refused');
  });

  test('the last accepted step only ever moves forward, whatever the caller believes it is (R15)', async () => {
    const on = stage();
    const { id } = await on.enlist('li-gong', 'operator');
    const advance = (step: number) => on.database.transaction((tx) => advanceTotpStep(tx, id, step));
    const far = 99_999_999;
    expect([await advance(far), await advance(far), await advance(far - 1), await advance(far + 1)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test('another person’s code is not mine (R15)', async () => {
    const on = stage();
    const one = await on.enlist('one', 'operator');
    const two = await on.enlist('two', 'operator');
    on.clock.advance(60_000);
    const attempt = { name: one.name, password: PASSWORD, code: on.code(two) };
    expect(await refusal(on.web.signIn(attempt, HERE))).toBe('login.refused');
  });

  const guess = (on: Stage, name: string, source = HERE) =>
    refusal(on.web.signIn({ name, password: 'no such password', code: '123456' }, source));

  test.each(['li-gong', 'nobody-here'])(
    'five wrong guesses lock %s out for 15 minutes, whether or not the name exists (R14)',
    async (name) => {
      const on = stage();
      await on.enlist('li-gong', 'operator');
      for (let i = 0; i < 5; i += 1) expect(await guess(on, name)).toBe('login.refused');
      expect(await guess(on, name)).toBe('login.throttled');
      expect(await on.evidence('login.locked')).toMatchObject([{ details: { key: `pair:${name} ${HERE}` } }]);
      on.clock.advance(15 * 60_000 - 1);
      expect(await guess(on, name)).toBe('login.throttled');
      on.clock.advance(1);
      expect(await guess(on, name)).toBe('login.refused');
      on.clock.advance(15 * 60_000);
      expect(await guess(on, name)).toBe('login.throttled');
    },
  );

  test('a lock from one place leaves the person free to sign in from another (R14)', async () => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator');
    for (let i = 0; i < 6; i += 1) await guess(on, 'li-gong', ELSEWHERE);
    expect(await guess(on, 'li-gong', ELSEWHERE)).toBe('login.throttled');
    expect((await on.signIn(member)).account.name).toBe('li-gong');
  });

  test('twenty-five guesses from many places lock the name everywhere (R14)', async () => {
    const on = stage();
    for (let i = 0; i < 25; i += 1) expect(await guess(on, 'li-gong', `198.51.100.${i}`)).toBe('login.refused');
    expect(await guess(on, 'li-gong', '198.51.100.99')).toBe('login.throttled');
  });

  test('fifty names from one place lock the place, also across one IPv6 /64 (R14)', async () => {
    const on = stage();
    for (let i = 0; i < 50; i += 1) await guess(on, `name-${i}`, `2001:db8::${i + 1}`);
    expect(await guess(on, 'fresh-name', '2001:db8::ffff:1')).toBe('login.throttled');
    expect(await guess(on, 'fresh-name', '2001:db8:0:1::1')).toBe('login.refused');
  });

  test('guesses at the same moment cost as much as one after another (R14)', async () => {
    const on = stage();
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess(on, 'li-gong')));
    expect(answers.filter((answer) => answer === 'login.refused')).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'login.throttled')).toHaveLength(7);
  });

  test('signing in clears the name’s earlier mistakes (R14)', async () => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator');
    for (let i = 0; i < 4; i += 1) await guess(on, 'li-gong');
    await on.signIn(member);
    for (let i = 0; i < 4; i += 1) expect(await guess(on, 'li-gong')).toBe('login.refused');
    await on.signIn(member);
  });

  test('counters that no longer matter are swept away at the next sign-in', async () => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator');
    for (let i = 0; i < 7; i += 1) await guess(on, `name-${i}`, `198.51.100.${i}`);
    on.clock.advance(25 * 3_600_000);
    await on.signIn(member);
    const left = await on.database.transaction((tx) => tx.selectFrom('login_throttle').select('key').execute());
    expect(left.map(({ key }) => key)).toEqual([`source:${HERE}`]);
  });

  test('a right password over SSH does not clear wrong codes (R14)', async () => {
    const on = stage();
    const member = await on.enlist('li-gong', 'operator');
    const answers: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const login = on.ssh.start(member.name, HERE);
      answers.push(await refusal(login.password(PASSWORD)));
      for (let j = 0; j < 2; j += 1) answers.push(await refusal(login.code('000000')));
    }
    expect(answers.filter((answer) => answer === 'login.refused').length).toBeGreaterThanOrEqual(5);
    expect(answers.at(-1)).toBe('login.throttled');
  });

  test('passwords of 0, 1, 256, 1024 and a million characters are simply wrong (R15)', async () => {
    const on = stage();
    await on.enlist('li-gong', 'operator');
    for (const length of [0, 1, 256, 1024, 1_000_000]) {
      const attempt = { name: 'li-gong', password: 'x'.repeat(length), code: '123456' };
      expect(await refusal(on.web.signIn(attempt, `192.0.2.${length % 200}`))).toBe('login.refused');
    }
  });

  describe('over SSH', () => {
    async function withKey() {
      const on = stage();
      const member = await on.enlist('li-gong', 'operator');
      const user = await on.signIn(member);
      const key = ed25519Line();
      const added = await on.keys.add(user, await on.fresh(user, member, 'key.add'), key.line);
      return { on, member, user, key, added };
    }

    test('a key and a code let in, and the evidence names the key that signed (R15)', async () => {
      const { on, member, key, added } = await withKey();
      const other = ed25519Line();
      const login = on.ssh.start('li-gong', HERE);
      expect(await login.offersKey(other.blob)).toBe(false);
      expect(await login.offersKey(key.blob)).toBe(true);
      expect(login.state).toBe('started');
      expect(await login.key({ blob: key.blob })).toBe(true);
      const user = await login.code(on.nextCode(member));
      expect(user).toMatchObject({ via: 'ssh', factors: [`key:${added.fingerprint}`, 'totp'] });
    });

    test('an offered key is not a proof, and a code without a first factor is nothing (R15)', async () => {
      const { on, member, key } = await withKey();
      const login = on.ssh.start('li-gong', HERE);
      expect(await login.offersKey(key.blob)).toBe(true);
      expect(await refusal(login.code(on.nextCode(member)))).toBe('login.refused');
      expect(login.state).toBe('started');
    });

    test('a key opens no other name (R13)', async () => {
      const { on, key } = await withKey();
      await on.enlist('wang-gong', 'operator');
      expect(await on.ssh.start('wang-gong', HERE).key({ blob: key.blob })).toBe(false);
      expect(await on.ssh.start('nobody-here', HERE).offersKey(key.blob)).toBe(false);
    });

    test('a key that was removed between the signature and the code no longer counts (R10)', async () => {
      const { on, member, user, key, added } = await withKey();
      const login = on.ssh.start('li-gong', HERE);
      expect(await login.key({ blob: key.blob })).toBe(true);
      await on.keys.remove(user, await on.fresh(user, member, 'key.remove'), added.id);
      expect(await refusal(login.code(on.nextCode(member)))).toBe('login.refused');
    });

    test('three wrong codes end the login, and after it nothing works (R14)', async () => {
      const { on, member, key } = await withKey();
      const login = on.ssh.start('li-gong', HERE);
      await login.key({ blob: key.blob });
      for (let i = 0; i < 3; i += 1) expect(await refusal(login.code('000000'))).toBe('login.refused');
      expect(login.state).toBe('locked');
      expect(await refusal(login.code(on.nextCode(member)))).toBe('login.refused');
      expect(await refusal(login.password(PASSWORD))).toBe('login.refused');
    });

    test.each([
      ['before any factor', 0, async () => undefined],
      ['after a wrong password', 0, (login: SshLogin) => login.password('wrong')],
      ['after a factor and a wrong code, which is there already', 0, wrongCode],
      ['after one factor', 1, (login: SshLogin) => login.password(PASSWORD)],
    ])('a login that is left %s leaves %i events about the other factor (R15)', async (_, count, before) => {
      const { on } = await withKey();
      const login = on.ssh.start('li-gong', HERE);
      await before(login);
      await login.left();
      const failed = await on.evidence('login.failed');
      const missing = { via: 'ssh', factor: 'totp', code: 'login.second-factor-missing' };
      expect(failed.filter(({ details }) => 'code' in details && details.code === missing.code)).toEqual(
        Array.from({ length: count }, () => expect.objectContaining({ details: missing })),
      );
    });

    test('a login that is left while its code is judged is one that succeeded (R15)', async () => {
      const { on, member, key } = await withKey();
      const login = on.ssh.start('li-gong', HERE);
      await login.key({ blob: key.blob });
      await Promise.all([login.code(on.nextCode(member)), login.left()]);
      expect(await on.evidence('login.failed')).toEqual([]);
    });

    test('three wrong passwords end the login (R14)', async () => {
      const { on } = await withKey();
      const login = on.ssh.start('li-gong', HERE);
      for (let i = 0; i < 3; i += 1) expect(await login.password('wrong')).toBe(false);
      expect(await refusal(login.password(PASSWORD))).toBe('login.refused');
    });

    test('one login authenticates once, however fast the client sends (R15)', async () => {
      const { on, member, key } = await withKey();
      const login = on.ssh.start('li-gong', HERE);
      const code = on.nextCode(member);
      const answers = await Promise.all([
        refusal(login.key({ blob: key.blob })),
        refusal(login.code(code)),
        refusal(login.code(code)),
        refusal(login.password(PASSWORD)),
      ]);
      expect(answers).toEqual(['allowed', 'allowed', 'login.refused', 'login.refused']);
    });
  });

  describe('a second factor given again', () => {
    test('is for one person, one act, one minute and one time (R15)', async () => {
      const on = stage();
      const member = await on.enlist('li-gong', 'operator');
      const other = await on.enlist('wang-gong', 'operator');
      const user = await on.signIn(member);
      const another = await on.signIn(other);
      const line = () => ed25519Line().line;
      const fresh = await on.fresh(user, member, 'key.add');
      expect(await refusal(on.keys.add(another, fresh, line()))).toBe('step-up.required');
      expect(await refusal(on.keys.remove(user, fresh, 'key_x'))).toBe('step-up.required');
      expect(await refusal(on.keys.add(user, fresh, line()))).toBe('allowed');
      expect(await refusal(on.keys.add(user, fresh, line()))).toBe('step-up.required');
      const old = await on.fresh(user, member, 'key.add');
      on.clock.advance(60_001);
      expect(await refusal(on.keys.add(user, old, line()))).toBe('step-up.required');
    });

    test('counts wrong codes like failed logins, with evidence (R14)', async () => {
      const on = stage();
      const member = await on.enlist('li-gong', 'operator');
      const user = await on.signIn(member);
      for (let i = 0; i < 5; i += 1)
        expect(await refusal(on.stepUp(user, '000000', 'key.add'))).toBe('step-up.refused');
      expect(await refusal(on.stepUp(user, on.nextCode(member), 'key.add'))).toBe('login.throttled');
      expect(await on.evidence('step-up.failed')).toHaveLength(5);
      expect(await on.evidence('login.locked')).toHaveLength(1);
    });
  });

  describe('a browser session', () => {
    async function opened() {
      const on = stage();
      const member = await on.enlist('li-gong', 'operator');
      const { token, expiresAt } = await on.browser.open(await on.signIn(member));
      const resolve = () => on.browser.resolve(token.revealText(), HERE);
      return { on, resolve, token, expiresAt };
    }

    test('keeps who signed in and how, and never stores its token (R15)', async () => {
      const { on, resolve, token } = await opened();
      expect(await resolve()).toMatchObject({
        account: { name: 'li-gong' },
        factors: ['password', 'totp'],
        via: 'web',
      });
      const rows = await on.database.transaction((tx) => tx.selectFrom('browser_session').selectAll().execute());
      expect(JSON.stringify(rows)).not.toContain(token.revealText());
      expect(await on.browser.resolve('another token', HERE)).toBeUndefined();
    });

    test('ends after 30 idle minutes (R15)', async () => {
      const { on, resolve } = await opened();
      on.clock.advance(29 * 60_000);
      expect(await resolve()).toBeDefined();
      on.clock.advance(29 * 60_000);
      expect(await resolve()).toBeDefined();
      on.clock.advance(30 * 60_000);
      expect(await resolve()).toBeUndefined();
    });

    test('ends after 12 hours, however busy (R15)', async () => {
      const { on, resolve, expiresAt } = await opened();
      while (on.clock.now() < expiresAt - 20 * 60_000) {
        on.clock.advance(20 * 60_000);
        expect(await resolve()).toBeDefined();
      }
      on.clock.advance(20 * 60_000);
      expect(await resolve()).toBeUndefined();
    });

    test('ends when its person signs out', async () => {
      const { on, resolve, token } = await opened();
      await on.browser.end(token.revealText());
      expect(await resolve()).toBeUndefined();
      expect(await on.evidence('logout')).toHaveLength(1);
    });
  });
});
