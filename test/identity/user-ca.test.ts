// The user CA's keys: three steps from one to the next, rules that hold against raw SQL, and a private half that only
// the signer takes out.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createUserCa } from '../../identity/certificates/user-ca.ts';
import { Secret } from '../../store/core/secret.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createStage, ed25519Line, refusal } from './cast.ts';

const TOP = join(import.meta.dirname, '../..');

onEachDatabase((under) => {
  const stage = () => createStage(under.current());
  const states = async (at: ReturnType<typeof stage>) => (await at.userCa.trusted()).map(({ state }) => state);
  const events = async (at: ReturnType<typeof stage>) =>
    (await at.evidence()).filter(({ type }) => type.startsWith('user-ca.')).map(({ type }) => type.slice(12));

  test('the first start makes one key, and no later one another (R14)', async () => {
    const at = stage();
    expect(await at.userCa.trusted()).toEqual([]);
    await at.userCa.begin();
    const [key, ...more] = await at.userCa.trusted();
    expect(more).toEqual([]);
    expect(key).toMatchObject({ state: 'signing', madeAt: at.clock.now() });
    expect(key?.line).toMatch(/^ssh-ed25519 [A-Za-z0-9+/]{68} sluice-user-ca-\d{4}-\d\d-\d\d$/);
    await at.userCa.begin();
    expect(await at.userCa.trusted()).toEqual([key]);
    expect(await events(at)).toEqual(['prepared', 'in-use']);
  });

  test('a key is prepared, used, and the old one retired; each step in its turn only (R14)', async () => {
    const at = stage();
    await at.userCa.begin();
    const [old] = await at.userCa.trusted();
    expect(await refusal(at.userCa.switch())).toBe('user-ca.nothing-prepared');
    expect(await refusal(at.userCa.retire())).toBe('user-ca.nothing-outgoing');
    at.clock.advance(1000);
    await at.userCa.prepare();
    expect(await states(at)).toEqual(['signing', 'prepared']);
    expect(await refusal(at.userCa.prepare())).toBe('user-ca.under-way');
    expect(await refusal(at.userCa.retire())).toBe('user-ca.nothing-outgoing');
    await at.userCa.switch();
    expect(await states(at)).toEqual(['signing', 'outgoing']);
    expect(await refusal(at.userCa.prepare())).toBe('user-ca.under-way');
    expect((await at.userCa.trusted())[1]?.line).toBe(old?.line);
    await at.userCa.retire();
    expect(await states(at)).toEqual(['signing']);
    expect((await at.userCa.trusted())[0]?.line).not.toBe(old?.line);
    expect(await events(at)).toEqual(['prepared', 'in-use', 'prepared', 'in-use', 'retired']);
  });

  test('who signs no more has no private half; raw SQL gives none back (R25)', async () => {
    const at = stage();
    await at.userCa.begin();
    at.clock.advance(1000);
    await at.userCa.prepare();
    await at.userCa.switch();
    const run = (statement: string) => at.database.transaction((tx) => sql.raw(statement).execute(tx));
    const rows = await at.database.transaction((tx) =>
      tx.selectFrom('user_ca_key').select(['state', 'private_key']).orderBy('made_at').execute(),
    );
    expect(rows).toEqual([
      { state: 'outgoing', private_key: null },
      { state: 'signing', private_key: expect.stringMatching(/^v1\./) },
    ]);
    for (const statement of [
      "update user_ca_key set state = 'signing', private_key = 'x' where state = 'outgoing'",
      "update user_ca_key set private_key = 'x' where state = 'outgoing'",
      "update user_ca_key set public_key = 'x' where state = 'signing'",
      "update user_ca_key set state = 'outgoing' where state = 'signing'",
      "delete from user_ca_key where state = 'outgoing'",
      "insert into user_ca_key values ('uca_1', 'y', 'x', 'signing', 1)",
      "insert into user_ca_key values ('uca_1', 'y', null, 'prepared', 1)",
      "insert into user_ca_key values ('uca_1', 'y', 'x', 'retired', 1)",
    ]) {
      await expect(run(statement), statement).rejects.toThrow();
    }
  });

  test('raw SQL keeps no secret beside a certificate, and none less with another kind (R9)', async () => {
    const at = stage();
    const run = (statement: string) => at.database.transaction((tx) => sql.raw(statement).execute(tx));
    await run(
      "insert into target (id, name, host, port, host_key, created_at, version) values ('tgt_1', 'w', 'h', 22, 'k', 1, 1)",
    );
    const account = (kind: string, credential: string) =>
      `insert into target_account (id, target_id, login, credential_kind, credential, created_at)
        values ('tac_1', 'tgt_1', 'root', '${kind}', ${credential}, 1)`;
    for (const [kind, credential] of [
      ['certificate', "'x'"],
      ['password', 'null'],
      ['private-key', 'null'],
      ['agent', "'x'"],
    ] as const) {
      await expect(run(account(kind, credential)), kind).rejects.toThrow();
    }
    await run(account('certificate', 'null'));
  });

  test('an account with certificates takes no secret, and any other kind takes one (R9)', async () => {
    const at = stage();
    const { user } = await at.admin();
    const hostKey = ed25519Line().line;
    const { id } = await at.targets.add(user, { name: 'web9', host: '10.20.0.9', port: 22, hostKey });
    const add = (account: Parameters<typeof at.targets.addAccount>[2]) => at.targets.addAccount(user, id, account);
    const secret = { login: 'a', credentialKind: 'certificate', credential: 'not needed' } as const;
    expect(await refusal(add(secret))).toBe('target.credential-not-kept');
    for (const credentialKind of ['password', 'private-key'] as const) {
      expect(await refusal(add({ login: 'a', credentialKind }))).toBe('target.credential-invalid');
    }
    const { accounts } = await add({ login: 'a', credentialKind: 'certificate' });
    expect(accounts).toMatchObject([{ login: 'a', credentialKind: 'certificate' }]);
  });
});

describe('the CA’s private half', () => {
  const sources = ['identity', 'policies', 'approvals', 'web', 'bastion', 'recordings', 'audit', 'store'].flatMap(
    (folder) =>
      readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' })
        .map((file) => join(folder, file))
        .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('web/dist/')),
  );
  const mentioning = (word: RegExp) =>
    sources.filter((file) => word.test(readFileSync(join(TOP, file), 'utf8'))).sort();

  test('is read by the signer alone, and written by the repository alone (R25)', () => {
    expect(mentioning(/\bsealedSigningKey\b/)).toEqual([
      'identity/certificates/ca-key-repository.ts',
      'identity/certificates/certificate-signer.ts',
    ]);
    expect(mentioning(/\bcaKeyContext\b/)).toEqual([
      'identity/certificates/ca-key-repository.ts',
      'identity/certificates/certificate-signer.ts',
      'identity/certificates/user-ca.ts',
    ]);
    expect(mentioning(/\buser_ca_key\b/)).toEqual([
      'identity/certificates/ca-key-repository.ts',
      'store/migrations/0022-certificates.ts',
      'store/schema/tables.ts',
    ]);
    // Where secrets are put away, none is taken out.
    for (const file of ['identity/certificates/user-ca.ts', 'identity/targets/targets.ts']) {
      const text = readFileSync(join(TOP, file), 'utf8');
      expect(text, file).toContain('VaultWriter');
      expect(text, file).not.toMatch(/\bVault(Reader)?\b(?!Writer)/);
    }
  });

  test('is signed with by whoever holds a proof, and by nobody else (R1)', () => {
    expect(mentioning(/\bdialCredential\(/)).toEqual([
      'approvals/access/dial-credential.ts',
      'approvals/access/release-credential.ts',
      'approvals/originals/reading-permit.ts',
    ]);
    expect(mentioning(/\bsigner\.sign\(tx/)).toEqual(['approvals/access/dial-credential.ts']);
    expect(mentioning(/\bcreateCertificateSigner\(/)).toEqual([
      'bastion/cli/compose.ts',
      'identity/certificates/certificate-signer.ts',
    ]);
  });
});

onEachDatabase((under) => {
  test('nothing that the services answer or log holds the CA’s private half (R25)', async () => {
    const at = createStage(under.current());
    const sealed: Secret[] = [];
    const vault = {
      seal(secret: Secret, context: string) {
        sealed.push(Secret.ofBytes(Buffer.from(secret.reveal())));
        return at.vault.seal(secret, context);
      },
      digest: at.vault.digest,
    };
    const ca = createUserCa({ ...at, vault });
    await ca.begin();
    at.clock.advance(1000);
    await ca.prepare();
    const { user } = await at.admin();
    const said = JSON.stringify([
      await ca.trusted(),
      await at.targets.trustedKeys(user),
      await at.evidence(),
      await at.database.transaction((tx) => tx.selectFrom('user_ca_key').selectAll().execute()),
    ]);
    expect(sealed).toHaveLength(2);
    for (const secret of sealed) {
      const seed = secret.reveal().subarray(-32);
      for (const form of ['base64', 'base64url', 'hex'] as const) {
        expect(said).not.toContain(seed.toString(form).replace(/=+$/, ''));
      }
    }
  });
});
