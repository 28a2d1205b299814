import { expect, test } from 'vitest';
import { onEachDatabase } from '../support/databases.ts';
import { createStage, ed25519Line, paper, refusal } from './cast.ts';

// Four at once: the first takes it, the others hear what somebody hears who comes a day later.
onEachDatabase((under) => {
  const stage = () => createStage(under.current());
  const four = <T>(ask: (nth: number) => Promise<T>) => Promise.all([0, 1, 2, 3].map((nth) => refusal(ask(nth))));
  const once = (code: string) => ['allowed', code, code, code].sort();

  test('one name asked for four times at once is given once (R13)', async () => {
    const on = stage();
    const { user } = await on.admin();
    const invite = () =>
      on.people.invite(user, {
        name: 'li-gong',
        displayName: '李工',
        role: 'operator',
        vendor: null,
        identity: paper('li-gong'),
      });
    expect((await four(invite)).sort()).toEqual(once('account.name-taken'));
    expect(await on.evidence('account.invited')).toHaveLength(2);
  });

  test('the first administrator is made once by four at once (R8)', async () => {
    const on = stage();
    const make = (nth: number) =>
      on.people.createFounders([{ name: `root-${nth}`, displayName: '周管', role: 'admin' }]);
    expect((await four(make)).sort()).toEqual(once('account.already-initialised'));
  });

  test('one key registered by two people at once belongs to one (R13)', async () => {
    const on = stage();
    const { line } = ed25519Line();
    const members = [await on.enlist('li-gong', 'operator'), await on.enlist('zhao-gong', 'operator')];
    const users = [];
    for (const member of members) users.push({ member, user: await on.signIn(member) });
    on.clock.advance(60_000);
    const ready = [];
    for (const { member, user } of users) {
      ready.push({ user, fresh: await on.stepUp(user, on.code(member), 'key.add') });
    }
    const added = await Promise.all(ready.map(({ user, fresh }) => refusal(on.keys.add(user, fresh, line))));
    expect(added.sort()).toEqual(['allowed', 'key.taken']);
  });

  test('one target name and one login, each asked for four times at once, are given once', async () => {
    const on = stage();
    const { user } = await on.admin();
    const hostKey = ed25519Line().line;
    const add = () => on.targets.add(user, { name: 'web1', host: '10.0.0.5', port: 22, hostKey });
    expect((await four(add)).sort()).toEqual(once('target.name-taken'));
    const [target] = await on.targets.list(user);
    const account = { login: 'root', credentialKind: 'password', credential: 'a-password' } as const;
    const addLogin = () => on.targets.addAccount(user, target?.id ?? '', account);
    expect((await four(addLogin)).sort()).toEqual(once('target.login-taken'));
  });
});
