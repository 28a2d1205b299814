import { expect, test } from 'vitest';
import { HERE, PASSWORD, refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { SITE, SoftPasskey } from '../support/soft-passkey.ts';
import { createWorld, type World } from './world.ts';

/** The same person, in a browser, by password and passkey. */
async function byPasskey(at: World) {
  const { member, user } = at.engineer;
  const browse = async (signedIn: typeof user) => {
    const { token } = await at.browser.open(signedIn);
    const found = await at.browser.resolve(token.revealText(), HERE);
    if (found === undefined) throw new Error('expected the session to be open');
    return found;
  };
  const passkey = new SoftPasskey(member.id);
  const first = await browse(await at.signIn(member));
  const offer = await at.passkeys.offer(first, await at.fresh(first, member, 'passkey.add'), '电脑', SITE);
  await at.passkeys.add(first, passkey.make(offer.challenge));
  const answer = passkey.answer(at.passkeys.signInQuestion(HERE, SITE).challenge);
  return browse(await at.web.signIn({ name: member.name, password: PASSWORD, code: answer }, HERE));
}

onEachDatabase((under) => {
  test('password and passkey are two factors for the gate, a password alone is none (R15)', async () => {
    const at = await createWorld(under.current());
    const user = await byPasskey(at);
    await at.open();
    const request = at.request({ via: 'web' });
    expect(await refusal(at.gate.decide(user, request))).toBe('allowed');
    const { token } = await at.browser.open(user);
    const change = { factors: JSON.stringify(['password']) };
    await at.database.transaction((tx) =>
      tx
        .updateTable('browser_session')
        .set(change as object)
        .execute(),
    );
    const halfway = await at.browser.resolve(token.revealText(), HERE);
    if (halfway === undefined) throw new Error('expected the session to be open');
    expect(await refusal(at.gate.decide(halfway, request))).toBe('login.second-factor-missing');
  });
});
