import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createDepartures } from '../../identity/departures/departures.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { CHALLENGE_MS } from '../../identity/login/passkey-challenges.ts';
import { hasSecondFactor } from '../../identity/login/second-factor.ts';
import { onEachDatabase } from '../support/databases.ts';
import { type Lie, SITE, SoftPasskey } from '../support/soft-passkey.ts';
import { createStage, HERE, type Member, PASSWORD, refusal, type Stage } from './cast.ts';

const NAMES = ['li-gong', 'wang-gong'];

/** In a browser of their own. */
async function browse(on: Stage, user: AuthenticatedUser): Promise<AuthenticatedUser> {
  const { token } = await on.browser.open(user);
  const found = await on.browser.resolve(token.revealText(), HERE);
  if (found === undefined) throw new Error('expected the session to be open');
  return found;
}

async function register(on: Stage, user: AuthenticatedUser, member: Member, passkey: SoftPasskey, lie: Lie = {}) {
  const fresh = await on.fresh(user, member, 'passkey.add');
  const { challenge } = await on.passkeys.offer(user, fresh, '我的手机', SITE);
  return on.passkeys.add(user, passkey.make(challenge, lie));
}

onEachDatabase((under) => {
  async function scene(options: { readonly counts?: boolean } = {}) {
    const on = createStage(under.current());
    const member = await on.enlist('li-gong', 'operator');
    const user = await browse(on, await on.signIn(member));
    const passkey = new SoftPasskey(member.id, options);
    const added = await register(on, user, member, passkey);
    const ask = () => on.passkeys.signInQuestion(HERE, SITE).challenge;
    const signIn = (answer: ReturnType<SoftPasskey['answer']>, name = member.name, password = PASSWORD) =>
      on.web.signIn({ name, password, code: answer }, HERE);
    const question = async (asker = user) => (await on.passkeys.question(asker, SITE)).challenge;
    return { on, member, user, passkey, added, ask, signIn, question };
  }

  describe('registering', () => {
    test('takes a code, keeps what is public, and leaves an event (R15)', async () => {
      const { on, user, added, passkey } = await scene();
      expect(await on.passkeys.list(user)).toMatchObject([
        { id: added.id, name: '我的手机', credential: passkey.credential, signCounter: 0, lastUsedAt: null },
      ]);
      expect(await on.evidence('passkey.added')).toMatchObject([
        {
          details: { account: user.account.id, passkey: added.id, credential: expect.stringMatching(/^[0-9a-f]{64}$/) },
        },
      ]);
    });

    test('is not for a passkey to allow, nor for a factor that was given for something else (R15)', async () => {
      const { on, user, member, passkey, question } = await scene();
      const byPasskey = await on.stepUp(user, passkey.answer(await question()), 'passkey.add');
      expect(await refusal(on.passkeys.offer(user, byPasskey, '另一把', SITE))).toBe('step-up.required');
      const other = await on.fresh(user, member, 'key.add');
      expect(await refusal(on.passkeys.offer(user, other, '另一把', SITE))).toBe('step-up.required');
    });

    test.each<[string, Lie]>([
      ['from another site', { origin: 'https://sluice.example.evil' }],
      ['for another relying party', { rpId: 'evil' }],
      ['to another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
      ['that is an assertion', { type: 'webauthn.get' }],
      ['in another site’s frame', { crossOrigin: true }],
      ['without user verification', { flags: 1 | 64 }],
      ['under another name than it has', { credential: Buffer.alloc(32, 1).toString('base64url') }],
    ])('refuses one %s (R15)', async (_, lie) => {
      const { on, user, member } = await scene();
      expect(await refusal(register(on, user, member, new SoftPasskey(member.id), lie))).toBe('passkey.refused');
      expect(await on.passkeys.list(user)).toHaveLength(1);
    });

    test('takes one offer once, within two minutes, in the browser that asked (R15)', async () => {
      const { on, user, member } = await scene();
      const offer = async () =>
        (await on.passkeys.offer(user, await on.fresh(user, member, 'passkey.add'), '平板', SITE)).challenge;
      const used = await offer();
      expect(await refusal(on.passkeys.add(user, new SoftPasskey(member.id).make(used)))).toBe('allowed');
      expect(await refusal(on.passkeys.add(user, new SoftPasskey(member.id).make(used)))).toBe('passkey.refused');
      const late = await offer();
      on.clock.advance(CHALLENGE_MS);
      expect(await refusal(on.passkeys.add(user, new SoftPasskey(member.id).make(late)))).toBe('passkey.refused');
      const elsewhere = await browse(on, await on.signIn(member));
      const mine = await offer();
      expect(await refusal(on.passkeys.add(elsewhere, new SoftPasskey(member.id).make(mine)))).toBe('passkey.refused');
    });

    test('gives one passkey to one account, and ten to each at most (R13)', async () => {
      const { on, user, member, passkey } = await scene();
      const other = await on.enlist('wang-gong', 'operator');
      const another = await browse(on, await on.signIn(other));
      expect(await refusal(register(on, another, other, passkey))).toBe('passkey.taken');
      for (let i = 1; i < 10; i += 1) await register(on, user, member, new SoftPasskey(member.id));
      expect(await refusal(register(on, user, member, new SoftPasskey(member.id)))).toBe('passkey.too-many');
    });
  });

  describe('signing in', () => {
    test('takes the password and the passkey, and the evidence names it (R15)', async () => {
      const { on, passkey, added, ask, signIn } = await scene();
      const user = await signIn(passkey.answer(ask()));
      expect(user.factors).toEqual(['password', `passkey:${added.id}`]);
      expect(hasSecondFactor(user.factors)).toBe(true);
      expect((await on.evidence('login.succeeded')).at(-1)).toMatchObject({ details: { factors: user.factors } });
      expect(await on.passkeys.list(user)).toMatchObject([{ signCounter: 1, lastUsedAt: on.clock.now() }]);
    });

    test('works again and again with a passkey that does not count (R15)', async () => {
      const { passkey, ask, signIn } = await scene({ counts: false });
      expect(await refusal(signIn(passkey.answer(ask())))).toBe('allowed');
      expect(await refusal(signIn(passkey.answer(ask())))).toBe('allowed');
    });

    test('never does without the password, and then uses nothing up (R15)', async () => {
      const { on, user, passkey, ask, signIn } = await scene();
      expect(await refusal(signIn(passkey.answer(ask()), 'li-gong', 'wrong'))).toBe('login.refused');
      expect(await on.passkeys.list(user)).toMatchObject([{ signCounter: 0, lastUsedAt: null }]);
    });

    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    test.each<[string, Lie]>([
      ['from another site', { origin: 'https://sluice.example.evil' }],
      ['for another relying party', { rpId: 'evil' }],
      ['to another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
      ['that is a registration', { type: 'webauthn.create' }],
      ['in another site’s frame', { crossOrigin: true }],
      ['without user verification', { flags: 1 }],
      ['without anybody there', { flags: 4 }],
      ['by another key', { key: stranger }],
      ['by a passkey that nobody registered', { credential: Buffer.alloc(32, 1).toString('base64url') }],
      ['that says it is another person’s', { userHandle: Buffer.from('acc_x').toString('base64url') }],
    ])('refuses an answer %s, and says it like a wrong password (R15)', async (_, lie) => {
      const { on, passkey, ask, signIn } = await scene();
      expect(await refusal(signIn(passkey.answer(ask(), lie)))).toBe('login.refused');
      expect(await on.evidence('login.failed')).toMatchObject([
        { details: { via: 'web', factor: 'password+passkey', code: 'login.refused' } },
      ]);
      expect(await refusal(signIn(passkey.answer(ask())))).toBe('allowed');
    });

    test('refuses an answer that was given before, late, or to another question (R15)', async () => {
      const { on, passkey, ask, signIn, question } = await scene();
      const answer = passkey.answer(ask());
      expect(await refusal(signIn(answer))).toBe('allowed');
      expect(await refusal(signIn(answer))).toBe('login.refused');
      expect(await refusal(signIn({ ...answer, attempt: ask().attempt }))).toBe('login.refused');
      const late = passkey.answer(ask());
      on.clock.advance(CHALLENGE_MS);
      expect(await refusal(signIn(late))).toBe('login.refused');
      expect(await refusal(signIn(passkey.answer(await question())))).toBe('login.refused');
    });

    test('of one answer given twice at the same moment one is accepted (R15)', async () => {
      const { passkey, ask, signIn } = await scene();
      const answer = passkey.answer(ask());
      const answers = await Promise.all([refusal(signIn(answer)), refusal(signIn(answer))]);
      expect(answers.sort()).toEqual(['allowed', 'login.refused']);
    });

    test('refuses another account’s passkey beside one’s own password (R13)', async () => {
      const { on, passkey, ask, signIn } = await scene();
      await on.enlist('wang-gong', 'operator');
      expect(await refusal(signIn(passkey.answer(ask()), 'wang-gong'))).toBe('login.refused');
      expect(await refusal(signIn(passkey.answer(ask(), { userHandle: null }), 'wang-gong'))).toBe('login.refused');
    });

    test.each([5, 4])(
      'refuses a counter that goes back from 5 to %i, and says so in the evidence (R15)',
      async (counter) => {
        const { on, member, passkey, added, ask, signIn } = await scene();
        expect(await refusal(signIn(passkey.answer(ask(), { counter: 5 })))).toBe('allowed');
        expect(await refusal(signIn(passkey.answer(ask(), { counter })))).toBe('login.refused');
        expect(await refusal(signIn(passkey.answer(ask(), { counter: 0 })))).toBe('login.refused');
        expect((await on.evidence('passkey.counter-back'))[0]).toMatchObject({
          source: HERE,
          details: { account: member.id, passkey: added.id, kept: 5, got: counter },
        });
      },
    );

    test.each(NAMES)('five wrong answers lock %s out, with passkeys or without (R14)', async (name) => {
      const { on, passkey, ask, signIn } = await scene();
      const asked = on.passkeys.signInQuestion(HERE, SITE);
      expect(asked.passkeys).toEqual([]);
      for (let i = 0; i < 5; i += 1)
        expect(await refusal(signIn(passkey.answer(ask(), { flags: 1 }), name, 'wrong'))).toBe('login.refused');
      expect(await refusal(signIn(passkey.answer(ask()), name))).toBe('login.throttled');
    });
  });

  describe('as a fresh factor', () => {
    test('does for an act what a code does, and is on record (R15)', async () => {
      const { on, user, passkey, added, question } = await scene();
      const fresh = await on.stepUp(user, passkey.answer(await question()), 'passkey.remove');
      await on.passkeys.remove(user, fresh, added.id);
      expect(await on.evidence('passkey.used')).toMatchObject([
        { details: { account: user.account.id, passkey: added.id, act: 'passkey.remove' } },
      ]);
      expect(await on.evidence('passkey.removed')).toMatchObject([{ details: { passkey: added.id } }]);
      expect(await on.passkeys.list(user)).toEqual([]);
    });

    test('answers only the browser that asked, once, and no sign-in page (R15)', async () => {
      const { on, member, user, passkey, question, ask } = await scene();
      const elsewhere = await browse(on, await on.signIn(member));
      const step = (asker: AuthenticatedUser, answer: ReturnType<SoftPasskey['answer']>) =>
        refusal(on.stepUp(asker, answer, 'key.add'));
      expect(await step(elsewhere, passkey.answer(await question()))).toBe('step-up.refused');
      expect(await step(user, passkey.answer(ask()))).toBe('step-up.refused');
      const answer = passkey.answer(await question());
      expect(await step(user, answer)).toBe('allowed');
      expect(await step(user, answer)).toBe('step-up.refused');
      expect(await on.evidence('step-up.failed')).toMatchObject(
        Array.from({ length: 3 }, () => ({ details: { act: 'key.add', factor: 'passkey' } })),
      );
    });

    test('of another account is none, and five of them lock (R13, R14)', async () => {
      const { on, passkey, question } = await scene();
      const other = await on.enlist('wang-gong', 'operator');
      const another = await browse(on, await on.signIn(other));
      for (let i = 0; i < 5; i += 1) {
        const answer = passkey.answer(await question(another), { userHandle: null });
        expect(await refusal(on.stepUp(another, answer, 'key.add'))).toBe('step-up.refused');
      }
      expect(await refusal(on.stepUp(another, on.nextCode(other), 'key.add'))).toBe('login.throttled');
    });
  });

  test('a departure removes every passkey, and the receipt counts them (R10)', async () => {
    const { on, member, passkey, ask, signIn } = await scene();
    const { member: boss, user } = await on.admin();
    const departures = createDepartures({ ...on, steps: [], cutSessions: async () => [] });
    const answer = passkey.answer(ask());
    const receipt = await departures.depart(user, await on.fresh(user, boss, 'account.depart'), member.id, '离岗');
    expect(receipt.passkeys).toBe(1);
    expect(await on.evidence('account.departed')).toMatchObject([{ details: { ended: { passkeys: 1 } } }]);
    expect(await refusal(signIn(answer))).toBe('login.refused');
    const left = await on.database.transaction((tx) => tx.selectFrom('passkey').selectAll().execute());
    expect(left).toEqual([]);
  });

  test('raw SQL neither turns a counter back nor gives a passkey to somebody else (R13)', async () => {
    const { on, passkey, ask, signIn } = await scene();
    await signIn(passkey.answer(ask(), { counter: 5 }));
    const other = await on.enlist('wang-gong', 'operator');
    const run = (change: object) => on.database.transaction((tx) => tx.updateTable('passkey').set(change).execute());
    await expect(run({ sign_counter: 4 })).rejects.toThrow('never goes back');
    await expect(run({ account_id: other.id })).rejects.toThrow('keeps its person');
  });

  test('a sign-in page that asks without end takes no more room than one (R43)', async () => {
    const { on, passkey, ask, signIn } = await scene();
    const first = ask();
    const second = on.passkeys.signInQuestion('198.51.100.1', SITE).challenge;
    for (let i = 0; i < 40; i += 1) ask();
    expect(await refusal(signIn(passkey.answer(first)))).toBe('login.refused');
    expect(await refusal(signIn(passkey.answer(second)))).toBe('allowed');
    expect(on.passkeyChallenges.take(ask().attempt)).toBeDefined();
  });
});
