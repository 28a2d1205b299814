import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { newId } from '../../store/core/ids.ts';
import { openDatabase, type Tx } from '../../store/database.ts';
import { onEachDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const person = (role: 'operator' | 'head' = 'operator') => {
  const id = newId('acc');
  return {
    id,
    name: id.slice(4),
    display_name: 'somebody',
    role,
    vendor: null,
    state: 'invited' as const,
    password_hash: null,
    totp_secret: null,
    totp_step: 0,
    created_at: 1,
    departed_at: null,
    version: 1,
  };
};

const ticket = (requester: ReturnType<typeof person>) => ({
  id: newId('tkt'),
  number: 'BG-20260312-01',
  requester_id: requester.id,
  state: 'draft' as const,
  purpose: 'p',
  plan: 'p',
  window_start: 1,
  window_end: 2,
  sources: '[]',
  content_hash: '',
  edition: 1,
  needs_filing: 0 as const,
  needs_approvals: 1 as const,
  is_emergency: 0 as const,
  approver_id: null,
  decided_at: null,
  decision_reason: null,
  submitted_at: null,
  closed_at: null,
  completion_report: null,
  created_at: 1,
  version: 1,
});

onEachDatabase((under) => {
  const run = <T>(work: (tx: Tx) => Promise<T>) => under.current().transaction(work);

  test('a transaction that throws leaves nothing behind', async () => {
    const failing = run(async (tx) => {
      await tx.insertInto('account').values(person()).execute();
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await run((tx) => tx.selectFrom('account').selectAll().execute())).toEqual([]);
  });

  test('times come back as numbers, beyond 32 bits', async () => {
    const someone = { ...person(), created_at: 1_800_000_000_000 };
    await run((tx) => tx.insertInto('account').values(someone).execute());
    const row = await run((tx) => tx.selectFrom('account').select('created_at').executeTakeFirstOrThrow());
    expect(row.created_at).toBe(1_800_000_000_000);
  });

  test('raw SQL cannot give an account a second role (R8)', async () => {
    const someone = person();
    await run((tx) => tx.insertInto('account').values(someone).execute());
    await expect(run((tx) => sql`update account set role = 'auditor'`.execute(tx))).rejects.toThrow('one role');
    await expect(run((tx) => sql`update account set role = 'root'`.execute(tx))).rejects.toThrow();
  });

  test('raw SQL cannot bring a departed account back or delete one (R10)', async () => {
    const someone = { ...person(), state: 'departed' as const, departed_at: 5 };
    await run((tx) => tx.insertInto('account').values(someone).execute());
    await expect(run((tx) => sql`update account set state = 'active'`.execute(tx))).rejects.toThrow('final');
    await expect(run((tx) => sql`delete from account`.execute(tx))).rejects.toThrow('not deleted');
  });

  test('raw SQL cannot let a requester approve their own ticket (R8)', async () => {
    const requester = person();
    await run(async (tx) => {
      await tx.insertInto('account').values(requester).execute();
      await tx.insertInto('ticket').values(ticket(requester)).execute();
    });
    await expect(run((tx) => sql`update ticket set approver_id = requester_id`.execute(tx))).rejects.toThrow();
  });

  test('raw SQL cannot move a ticket along an arc that does not exist (R1)', async () => {
    const requester = person();
    const head = person('head');
    await run(async (tx) => {
      await tx.insertInto('account').values([requester, head]).execute();
      await tx.insertInto('ticket').values(ticket(requester)).execute();
    });
    const leap = run((tx) => tx.updateTable('ticket').set({ state: 'approved', approver_id: head.id }).execute());
    await expect(leap).rejects.toThrow('no such transition');
  });

  test('raw SQL cannot change or remove evidence (R19)', async () => {
    await run((tx) => tx.insertInto('evidence').values({ leaf_index: 0, leaf: '{}' }).execute());
    await expect(run((tx) => sql`update evidence set leaf = 'x'`.execute(tx))).rejects.toThrow('append-only');
    await expect(run((tx) => sql`delete from evidence`.execute(tx))).rejects.toThrow('append-only');
  });

  test('of two that give one name at once, the later one is asked again and sees the earlier (R13)', async () => {
    const [first, second] = [person(), person()];
    const bothBegan = Promise.withResolvers<void>();
    let began = 0;
    const seen: number[] = [];
    // SQLite lets the second begin only when the first has ended; there is nobody to wait for.
    if (under.kind === 'sqlite') bothBegan.resolve();
    const give = (someone: ReturnType<typeof person>) =>
      run(async (tx) => {
        began += 1;
        if (began === 2) bothBegan.resolve();
        // As PostgreSQL sees it when the names are looked up by another transaction's eyes: not looked up at all.
        const others = began > 2 || under.kind === 'sqlite' ? await tx.selectFrom('account').selectAll().execute() : [];
        seen.push(others.length);
        await bothBegan.promise;
        if (others.length === 0)
          await tx
            .insertInto('account')
            .values({ ...someone, name: 'li-gong' })
            .execute();
      });
    await Promise.all([give(first), give(second)]);
    expect(seen.at(-1)).toBe(1);
    expect(await run((tx) => tx.selectFrom('account').selectAll().execute())).toHaveLength(1);
  });

  test('of two guarded updates at once exactly one wins', async () => {
    const someone = person();
    await run((tx) => tx.insertInto('account').values(someone).execute());
    const update = () =>
      run(async (tx) => {
        const row = await tx.selectFrom('account').select('version').executeTakeFirstOrThrow();
        await new Promise((resolve) => setImmediate(resolve));
        const result = await tx
          .updateTable('account')
          .set({ version: row.version + 1 })
          .where('version', '=', row.version)
          .executeTakeFirst();
        return Number(result.numUpdatedRows);
      });
    const winners = await Promise.all([update(), update(), update(), update()]);
    const final = await run((tx) => tx.selectFrom('account').select('version').executeTakeFirstOrThrow());
    expect(final.version).toBe(1 + winners.reduce((sum, count) => sum + count, 0));
  });
});

test('migrations that broke off leave nothing behind, and the next start makes them whole (B11)', async () => {
  const file = join(temporaryFolder(), 'sluice.db');
  const sqlite = new BetterSqlite3(file);
  // In the way of the second thing that the first of them makes.
  sqlite.exec('create table invitation (id text)');
  await expect(openDatabase({ kind: 'sqlite', file })).rejects.toThrow('invitation');
  sqlite.exec('drop table invitation');
  sqlite.close();
  const database = await openDatabase({ kind: 'sqlite', file });
  expect(await database.transaction((tx) => tx.selectFrom('account').selectAll().execute())).toEqual([]);
  await database.close();
});
