// One person, one account, whatever is typed, by whoever, at whatever door; and nothing of the number anywhere (R13, B17).

import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type IdentityBody, identityDigest } from '../../identity/people/identity-check.ts';
import { createVault } from '../../identity/vault/vault.ts';
import { Secret } from '../../store/core/secret.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createStage, paper, refusal, type Stage } from './cast.ts';

const TODAY = '20261129';
const vault = createVault(Secret.ofBytes(Buffer.alloc(32, 7)));
const digest = (body: IdentityBody) => identityDigest(vault, body, TODAY);
/** Fictitious: no region has that code. The check character by ISO 7064 MOD 11-2. */
const RESIDENT = '990101199003070015';

function checkCharacter(seventeen: string): string {
  // By ISO 7064 as it is defined, digit by digit: another way than the product's table of weights.
  let rest = 0;
  for (const digit of seventeen) rest = ((rest + Number(digit)) * 2) % 11;
  const character = (12 - rest) % 11;
  return character === 10 ? 'X' : String(character);
}

describe('the number of a paper', () => {
  test('is told from a mistyped one: any digit wrong, any two neighbours swapped (GB 11643)', () => {
    const bodies = fc.tuple(fc.integer({ min: 100_000, max: 999_999 }), fc.integer({ min: 0, max: 999 }));
    fc.assert(
      fc.property(bodies, fc.nat(16), fc.integer({ min: 1, max: 9 }), ([region, order], at, change) => {
        const start = `${region}19900307${String(order).padStart(3, '0')}`;
        const number = [...'10X98765432'].map((each) => start + each).filter((each) => isRight(each));
        expect(number).toHaveLength(1);
        const right = number[0] ?? '';
        const wrong = right.slice(0, at) + ((Number(right[at]) + change) % 10) + right.slice(at + 1);
        expect(isRight(wrong)).toBe(false);
        if (at < 16 && right[at] !== right[at + 1]) {
          const swapped = right.slice(0, at) + right[at + 1] + right[at] + right.slice(at + 2);
          expect(isRight(swapped)).toBe(false);
        }
      }),
    );
  });

  test('the example of the standard is one (GB 11643)', () => {
    expect(checkCharacter('11010519491231002')).toBe('X');
    expect(isRight('11010519491231002X')).toBe(true);
    expect(isRight('11010519491231002x')).toBe(true);
  });

  test.each([
    ['resident-id', '990101199013070019'],
    ['resident-id', '990101209903070017'],
    ['resident-id', '99010119900307001'],
    ['resident-id', ''],
    ['passport', 'E1'],
    ['passport', 'E123-4567'],
    ['other', '   '],
    ['other', "x'; drop table account"],
  ] as const)('%s %j is none', (document, number) => {
    expect(() => digest({ document, number })).toThrow(expect.objectContaining({ code: 'identity.number-invalid' }));
  });

  test('is the same however it is written, and another under another key or of another kind', () => {
    const one = digest({ document: 'passport', number: 'E12345678' });
    for (const number of ['e12345678', ' E1234 5678 ', 'Ｅ１２３４５６７８']) {
      expect(digest({ document: 'passport', number })).toBe(one);
    }
    expect(digest({ document: 'other', number: 'E12345678' })).not.toBe(one);
    const other = createVault(Secret.ofBytes(Buffer.alloc(32, 8)));
    expect(identityDigest(other, { document: 'passport', number: 'E12345678' }, TODAY)).not.toBe(one);
  });
});

function isRight(number: string): boolean {
  try {
    digest({ document: 'resident-id', number });
    return true;
  } catch {
    return false;
  }
}

onEachDatabase((under) => {
  const stage = () => createStage(under.current());
  const asked = (on: Stage, name: string, identity: IdentityBody, role: 'operator' | 'head' = 'operator') =>
    on.admin().then(({ user }) => on.people.invite(user, { name, displayName: '李工', role, vendor: null, identity }));

  test('a second account for the same person is refused, whatever its name and role (R13, B17)', async () => {
    const on = stage();
    const identity = { document: 'resident-id', number: RESIDENT } as const;
    expect(checkCharacter(RESIDENT.slice(0, 17))).toBe(RESIDENT[17]);
    const { account } = await asked(on, 'li-gong', identity);
    expect(account.identity).toMatchObject({ document: 'resident-id', seenBy: { name: 'root-admin' } });
    for (const role of ['operator', 'head'] as const) {
      expect(await refusal(asked(on, `li-${role}`, { ...identity, number: ` ${RESIDENT} ` }, role))).toBe(
        'account.same-person',
      );
    }
    const everything = JSON.stringify([await on.evidence(), await on.people.list((await on.admin()).user)]);
    expect(everything).not.toContain(RESIDENT);
    const rows = await on.database.transaction((tx) => tx.selectFrom('account').selectAll().execute());
    expect(JSON.stringify(rows)).not.toContain(RESIDENT);
  });

  test('raw SQL gives a person no second account, takes none away, and changes none (R13)', async () => {
    const on = stage();
    const { account } = await asked(on, 'li-gong', paper('li'));
    const { account: other } = await asked(on, 'wang-gong', paper('wang'));
    const raw = (statement: ReturnType<typeof sql>) => on.database.transaction((tx) => statement.execute(tx));
    const [one, two] = [account.person.id, other.person.id];
    const copied = sql`update account set identity_digest = (select a.identity_digest from account a where a.id = ${one})
      where id = ${two}`;
    await expect(raw(copied)).rejects.toThrow(/keeps its person|unique/i);
    await expect(raw(sql`update account set identity_digest = null where id = ${one}`)).rejects.toThrow();
    const made = sql`insert into account (id, name, display_name, role, state, totp_step, created_at, version,
      identity_document, identity_digest, identity_seen_by, identity_seen_at)
      select 'acc_x', 'again', '李工', 'head', 'invited', 0, 1, 1,
      identity_document, identity_digest, identity_seen_by, identity_seen_at from account where id = ${one}`;
    await expect(raw(made)).rejects.toThrow(/unique/i);
    const self = sql`update account set identity_document = 'other', identity_digest = 'x', identity_seen_at = 1,
      identity_seen_by = id where name = 'root-admin'`;
    await expect(raw(self)).rejects.toThrow(/identity_seen_by_another/);
  });

  test('who came before there was a check is identified once, by another (R13)', async () => {
    const on = stage();
    const { user, member } = await on.admin();
    const head = await on.signIn(await on.enlist('zhang-zhuren', 'head'));
    expect(await refusal(on.people.identify(user, member.id, paper('root')))).toBe('duty.identifies-self');
    expect(await refusal(on.people.identify(head, member.id, paper('zhang-zhuren')))).toBe('account.same-person');
    const view = await on.people.identify(head, member.id, paper('root'));
    expect(view.identity).toMatchObject({ document: 'other', seenBy: { name: 'zhang-zhuren' } });
    expect(await refusal(on.people.identify(head, member.id, paper('else')))).toBe('account.identity-known');
    expect(await refusal(on.people.identify(head, 'acc_nobody', paper('else')))).toBe('account.absent');
    expect(await on.evidence('account.identified')).toMatchObject([{ actor: { name: 'zhang-zhuren' } }]);
  });

  test('at once, four invitations of one person make one account (R13)', async () => {
    const on = stage();
    await on.admin();
    const all = await Promise.all([1, 2, 3, 4].map((nth) => refusal(asked(on, `li-${nth}`, paper('li')))));
    expect(all.sort()).toEqual(['account.same-person', 'account.same-person', 'account.same-person', 'allowed']);
  });
});
