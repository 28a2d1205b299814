import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDepartures, type DepartureStep } from '../../identity/departures/departures.ts';
import { newId } from '../../store/core/ids.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createStage, ed25519Line, HERE, PASSWORD, paper, refusal, type Stage } from './cast.ts';

onEachDatabase((under) => {
  const stage = () => createStage(under.current());

  const invite = async (on: Stage, name = 'li-gong') => {
    const { user } = await on.admin();
    const invited = await on.people.invite(user, {
      name,
      displayName: '李工',
      role: 'operator',
      vendor: '甲公司',
      identity: paper(name),
    });
    const token = invited.token.revealText();
    const { totp } = await on.invitations.open(token);
    const member = { name, id: invited.account.person.id, totp: totp.secret.revealText() };
    return { invited, token, member };
  };

  describe('an invitation', () => {
    test('is looked at without being used, and used once (R14)', async () => {
      const on = stage();
      const { token, member } = await invite(on);
      expect(await on.invitations.open(token)).toMatchObject({
        name: 'li-gong',
        role: 'operator',
        passwordMinLength: 12,
      });
      const accept = () => refusal(on.invitations.accept(token, PASSWORD, on.code(member), HERE));
      const answers = await Promise.all([accept(), accept(), accept()]);
      expect(answers.sort()).toEqual(['allowed', 'invitation.invalid', 'invitation.invalid']);
      expect(await refusal(on.invitations.open(token))).toBe('invitation.invalid');
      expect(await on.evidence('account.activated')).toHaveLength(2);
    });

    test('is void after 72 hours, and when a newer one was made', async () => {
      const on = stage();
      const { invited, token } = await invite(on);
      const { user } = await on.admin();
      const again = await on.people.inviteAgain(user, invited.account.person.id);
      expect(await refusal(on.invitations.open(token))).toBe('invitation.invalid');
      on.clock.advance(72 * 3_600_000 - 1);
      expect(await refusal(on.invitations.open(again.token.revealText()))).toBe('allowed');
      on.clock.advance(1);
      expect(await refusal(on.invitations.open(again.token.revealText()))).toBe('invitation.invalid');
    });

    test('is never stored as it is shown', async () => {
      const on = stage();
      const { token, member } = await invite(on);
      const rows = await on.database.transaction((tx) => tx.selectFrom('invitation').selectAll().execute());
      expect(JSON.stringify(rows)).not.toContain(token);
      expect(JSON.stringify(rows)).not.toContain(member.totp);
    });

    test('uses up the code it was accepted with (R15)', async () => {
      const on = stage();
      const { token, member } = await invite(on);
      const code = on.code(member);
      await on.invitations.accept(token, PASSWORD, code, HERE);
      expect(await refusal(on.web.signIn({ name: 'li-gong', password: PASSWORD, code }, HERE))).toBe('login.refused');
    });

    test('takes only an acceptable password, and a bad one uses nothing up (R14)', async () => {
      const on = stage();
      const { token, member } = await invite(on);
      const accept = (password: string) => refusal(on.invitations.accept(token, password, on.code(member), HERE));
      expect(await accept('Woaini1314520!')).toBe('password.too-common');
      expect(await accept(PASSWORD)).toBe('allowed');
    });

    test('takes a right code, and a wrong one uses nothing up', async () => {
      const on = stage();
      const { token, member } = await invite(on);
      expect(await refusal(on.invitations.accept(token, PASSWORD, '000000', HERE))).toBe('invitation.code-wrong');
      expect(await refusal(on.invitations.accept(token, PASSWORD, on.code(member), HERE))).toBe('allowed');
    });
  });

  describe('accounts', () => {
    test('the first administrator is made once (R8)', async () => {
      const on = stage();
      await on.admin();
      expect(await refusal(on.people.createFounders([{ name: 'second', displayName: '二', role: 'admin' }]))).toBe(
        'account.already-initialised',
      );
    });

    test('only an administrator invites, and the refusal leaves evidence (R8)', async () => {
      const on = stage();
      for (const role of ['operator', 'auditor', 'head', 'section'] as const) {
        const user = await on.signIn(await on.enlist(`a-${role}`, role));
        const asked = on.people.invite(user, {
          name: 'friend',
          displayName: '朋友',
          role: 'admin',
          vendor: null,
          identity: paper('friend'),
        });
        expect(await refusal(asked)).toBe('role.not-allowed');
      }
      expect(await on.evidence('access.refused')).toHaveLength(4);
    });

    test.each([
      ['account.name-taken', { name: 'root-admin' }],
      ['account.name-invalid', { name: 'Li' }],
      ['account.name-invalid', { name: 'a+b' }],
      ['text.refused', { displayName: 'li\u202egnow' }],
      ['text.refused', { displayName: ' ' }],
      ['account.vendor-only-for-operators', { role: 'head', vendor: '甲公司' }],
    ] as const)('%s: %o is not invited (R13)', async (code, change) => {
      const on = stage();
      const { user } = await on.admin();
      const made = {
        name: 'li-gong',
        displayName: '李工',
        role: 'operator',
        vendor: null,
        identity: paper('li'),
      } as const;
      const body = { ...made, ...change };
      expect(await refusal(on.people.invite(user, body))).toBe(code);
    });
  });

  describe('a public key', () => {
    test('belongs to one account (R13)', async () => {
      const on = stage();
      const one = await on.enlist('one', 'operator');
      const two = await on.enlist('two', 'operator');
      const first = await on.signIn(one);
      const second = await on.signIn(two);
      const { line } = ed25519Line();
      const added = await on.keys.add(first, await on.fresh(first, one, 'key.add'), line);
      expect(await refusal(on.fresh(second, two, 'key.add').then((fresh) => on.keys.add(second, fresh, line)))).toBe(
        'key.taken',
      );
      const fresh = await on.fresh(second, two, 'key.remove');
      expect(await refusal(on.keys.remove(second, fresh, added.id))).toBe('key.absent');
      expect(await on.keys.list(first)).toMatchObject([{ algorithm: 'ssh-ed25519', comment: 'laptop' }]);
      expect(await on.keys.list(second)).toEqual([]);
    });
  });

  describe('targets', () => {
    const target = () => ({ name: '开标系统', host: '10.20.0.5', port: 22, hostKey: ed25519Line().line });

    test('are written by the administrator; nobody reads a credential back (R9)', async () => {
      const on = stage();
      const { user } = await on.admin();
      const added = await on.targets.add(user, target());
      const credential = 'S3cret-of-the-server';
      await on.targets.addAccount(user, added.id, { login: 'root', credentialKind: 'password', credential });
      const listed = await on.targets.list(user);
      expect(listed).toMatchObject([
        { name: '开标系统', hostKeyAlgorithm: 'ssh-ed25519', accounts: [{ login: 'root' }] },
      ]);
      const operator = await on.signIn(await on.enlist('li-gong', 'operator'));
      expect(await on.targets.requestable(operator)).toMatchObject([
        { name: '开标系统', accounts: [{ login: 'root' }] },
      ]);
      expect(await refusal(on.targets.list(operator))).toBe('role.not-allowed');
      const everything = await on.database.transaction((tx) => tx.selectFrom('target_account').selectAll().execute());
      expect(JSON.stringify([listed, everything, await on.evidence()])).not.toContain(credential);
    });

    test.each([
      ['target.host-refused', { host: '127.0.0.1' }],
      ['target.port-invalid', { port: 0 }],
      ['target.name-invalid', { name: 'a+b' }],
      ['target.name-invalid', { name: 'a\u202eb' }],
      ['key.invalid', { hostKey: 'ssh-ed25519 AAAA' }],
    ])('%s: %o is not a target (R40)', async (code, change) => {
      const on = stage();
      const { user } = await on.admin();
      expect(await refusal(on.targets.add(user, { ...target(), ...change }))).toBe(code);
    });

    test.each(['127.0.0.1', 'localhost', '169.254.169.254', '::1', '::ffff:127.0.0.1', '127.1', '0', 'a\0b'])(
      'nobody makes this machine ask %j for its key (B10, R40)',
      async (host) => {
        const on = stage();
        const { user } = await on.admin();
        expect(await refusal(on.targets.scannable(user, host))).toMatch(/^target\.host-(refused|invalid)$/);
        expect(await on.targets.scannable(user, '10.20.0.5')).toBe('10.20.0.5');
        const operator = await on.signIn(await on.enlist('li-gong', 'operator'));
        expect(await refusal(on.targets.scannable(operator, '10.20.0.5'))).toBe('role.not-allowed');
      },
    );

    test('a private key must be usable and open (R15)', async () => {
      const on = stage();
      const { user } = await on.admin();
      const { id } = await on.targets.add(user, target());
      const pem = (passphrase?: string) =>
        generateKeyPairSync('rsa', {
          modulusLength: 2048,
          publicKeyEncoding: { type: 'spki', format: 'pem' },
          privateKeyEncoding: {
            type: 'pkcs1',
            format: 'pem',
            ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
          },
        }).privateKey;
      const add = (login: string, credential: string) =>
        refusal(on.targets.addAccount(user, id, { login, credentialKind: 'private-key', credential }));
      expect(await add('one', pem())).toBe('allowed');
      expect(await add('one', pem())).toBe('target.login-taken');
      expect(await add('two', pem('words'))).toBe('target.credential-encrypted');
      expect(await add('two', 'not a key')).toBe('target.credential-invalid');
      expect(await add('two', ed25519Line().line)).toBe('target.credential-invalid');
      expect(await add('a+b', pem())).toBe('target.login-invalid');
    });
  });

  describe('a departure', () => {
    const departures = (on: Stage, steps: readonly DepartureStep[] = []) =>
      createDepartures({
        ...on,
        steps,
        cutSessions: async () => [{ session: newId('ses'), target: 'web1', login: 'root', closedAfterMs: 12.4 }],
      });

    test('ends everything the account has, at once, with a receipt (R10)', async () => {
      const on = stage();
      const { member: boss, user } = await on.admin();
      const member = await on.enlist('li-gong', 'operator');
      const leaver = await on.signIn(member);
      const { token } = await on.browser.open(leaver);
      const { line, blob } = ed25519Line();
      await on.keys.add(leaver, await on.fresh(leaver, member, 'key.add'), line);
      const login = on.ssh.start('li-gong', HERE);
      expect(await login.key({ blob })).toBe(true);
      const told: string[] = [];
      on.changes.subscribe((topic) => told.push(topic));
      const fresh = await on.fresh(user, boss, 'account.depart');
      const receipt = await departures(on).depart(user, fresh, member.id, '合同到期');
      expect(receipt).toMatchObject({
        browserSessions: 1,
        keys: 1,
        invitations: 0,
        sessions: [{ closedAfterMs: 12.4 }],
      });
      expect(told).toContain('people');
      expect(await on.browser.resolve(token.revealText(), HERE)).toBeUndefined();
      expect(await refusal(login.code(on.nextCode(member)))).toBe('login.refused');
      expect(await on.ssh.start('li-gong', HERE).key({ blob })).toBe(false);
      expect(await refusal(on.signIn(member))).toBe('login.refused');
      expect(await refusal(on.stepUp(leaver, on.code(member), 'key.add'))).toBe('account.not-active');
      expect(await on.evidence('account.departed')).toMatchObject([
        { details: { reason: '合同到期', ended: { keys: 1 } } },
      ]);
      expect(await on.evidence('account.departure-measured')).toMatchObject([
        { details: { sessions: [{ closedAfterMs: 13 }] } },
      ]);
    });

    test('voids an invitation that nobody has accepted (R10)', async () => {
      const on = stage();
      const { token, member } = await invite(on);
      const { member: boss, user } = await on.admin();
      const receipt = await departures(on).depart(
        user,
        await on.fresh(user, boss, 'account.depart'),
        member.id,
        '未到岗',
      );
      expect(receipt.invitations).toBe(1);
      expect(await refusal(on.invitations.accept(token, PASSWORD, on.code(member), HERE))).toBe('invitation.invalid');
    });

    test('happens altogether or not at all (R10)', async () => {
      const on = stage();
      const { member: boss, user } = await on.admin();
      const member = await on.enlist('li-gong', 'operator');
      const failing = departures(on, [() => Promise.reject(new Error('disk full'))]);
      const fresh = await on.fresh(user, boss, 'account.depart');
      await expect(failing.depart(user, fresh, member.id, '离岗')).rejects.toThrow('disk full');
      expect((await on.signIn(member)).account.name).toBe('li-gong');
      expect(await on.evidence('account.departed')).toEqual([]);
    });

    test('is not for oneself, not twice, and takes a fresh factor (R8)', async () => {
      const on = stage();
      const { member: boss, user } = await on.admin();
      const member = await on.enlist('li-gong', 'operator');
      const depart = async (id: string) =>
        refusal(departures(on).depart(user, await on.fresh(user, boss, 'account.depart'), id, '离岗'));
      expect(await depart(boss.id)).toBe('duty.departs-self');
      expect(await depart(newId('acc'))).toBe('account.absent');
      const wrong = await on.fresh(user, boss, 'key.add');
      expect(await refusal(departures(on).depart(user, wrong, member.id, '离岗'))).toBe('step-up.required');
      expect(await depart(member.id)).toBe('allowed');
      expect(await depart(member.id)).toBe('account.already-departed');
    });

    test('the last administrator does not depart, even if a policy let somebody else try (R8)', async () => {
      const on = stage();
      const { member: boss } = await on.admin();
      const head = await on.enlist('zhang-zhuren', 'head');
      const user = await on.signIn(head);
      const lax = createDepartures({ ...on, authorize: () => {}, steps: [], cutSessions: async () => [] });
      const fresh = await on.fresh(user, head, 'account.depart');
      expect(await refusal(lax.depart(user, fresh, boss.id, '离岗'))).toBe('account.last-of-role');
    });

    test.each(['head', 'auditor'] as const)('nor does the last %s, until somebody takes over (R8)', async (role) => {
      const on = stage();
      const { member, user } = await on.admin();
      const last = await on.enlist('last-one', role);
      const depart = async () =>
        refusal(departures(on).depart(user, await on.fresh(user, member, 'account.depart'), last.id, '离岗'));
      expect(await depart()).toBe('account.last-of-role');
      await on.enlist('next-one', role);
      expect(await depart()).toBe('allowed');
    });

    test('two administrators who depart each other at once leave one (R8)', async () => {
      const on = stage();
      const { member: one, user: first } = await on.admin();
      const two = await on.enlist('second-admin', 'admin');
      const second = await on.signIn(two);
      const freshOne = await on.fresh(first, one, 'account.depart');
      const freshTwo = await on.fresh(second, two, 'account.depart');
      // Both within the minute that a fresh factor lasts.
      const answers = await Promise.all([
        refusal(departures(on).depart(first, freshOne, two.id, '离岗')),
        refusal(departures(on).depart(second, freshTwo, one.id, '离岗')),
      ]);
      expect(answers.filter((answer) => answer === 'allowed')).toHaveLength(1);
      expect(answers).toContain('account.not-active');
    });

    test('a departed administrator’s open session acts no more (R10)', async () => {
      const on = stage();
      const { member: boss, user } = await on.admin();
      const two = await on.enlist('second-admin', 'admin');
      const second = await on.signIn(two);
      await departures(on).depart(user, await on.fresh(user, boss, 'account.depart'), two.id, '离岗');
      const asked = on.people.invite(second, {
        name: 'friend',
        displayName: '朋友',
        role: 'admin',
        vendor: null,
        identity: paper('friend'),
      });
      expect(await refusal(asked)).toBe('account.not-active');
    });
  });
});
