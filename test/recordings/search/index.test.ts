import { rmSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Command } from '../../../recordings/commands/command.ts';
import { DocumentCutter } from '../../../recordings/search/document.ts';
import { partlyIndexed } from '../../../recordings/search/document-repository.ts';
import { type CommandsOf, createSearchIndexer, type DocumentsOf } from '../../../recordings/search/indexer.ts';
import { parseQuery } from '../../../recordings/search/query.ts';
import { createSearchIndex } from '../../../recordings/search/search-index.ts';
import { sessionDocuments } from '../../../recordings/search/session-text.ts';
import { newId, type SessionId } from '../../../store/core/ids.ts';
import { silentLogger } from '../../../store/core/logger.ts';
import { Secret } from '../../../store/core/secret.ts';
import type { Database } from '../../../store/database.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { RECORDS_KEY } from '../support.ts';
import { insertSessions, prepare, recordSession } from './sessions.ts';

const print = (text: string) => (recording: { output(bytes: Buffer): Promise<void> }) =>
  recording.output(Buffer.from(text));

/** Documents of made-up text: a number of words, each session its own. */
const madeUp = (textOf: (session: string) => string): DocumentsOf =>
  async function* documents({ directory }) {
    const cutter = new DocumentCutter();
    yield* cutter.push(textOf(directory.split('/').at(-1) ?? ''), { at: 0, offset: 0 });
    yield* cutter.end();
    yield { whole: true };
  };

onEachDatabase((under) => {
  async function stage(documentsOf?: DocumentsOf) {
    const database = under.current();
    await prepare(database);
    const root = temporaryFolder();
    const clock = new ManualClock();
    const made = documentsOf && { documentsOf };
    const commands = new Map<SessionId, readonly Command[] | undefined>();
    const commandsOf: CommandsOf = async (session) => (commands.has(session) ? commands.get(session) : []);
    const uses = { database, clock, logger: silentLogger, root, recordsKey: RECORDS_KEY, commandsOf, ...made };
    const indexer = createSearchIndexer(uses);
    const index = createSearchIndex(uses);
    return {
      database,
      root,
      uses,
      indexer,
      commands,
      find: (query: string, from?: number) => index.find(parseQuery(query), from),
      sessions: async (query: string) =>
        (await index.find(parseQuery(query), undefined)).hits.map((hit) => hit.session),
    };
  }

  async function everyValue(database: Database): Promise<string> {
    const tables = ['search_session', 'search_document', 'search_segment', 'search_bucket'] as const;
    const values: string[] = [];
    for (const table of tables) {
      const rows = await database.transaction((tx) => tx.selectFrom(table).selectAll().execute());
      for (const value of rows.flatMap((row) => Object.values(row))) {
        values.push(Buffer.isBuffer(value) ? value.toString('latin1') : String(value));
      }
    }
    return values.join('\n');
  }

  test('what was printed is found by word, path, address, and two Chinese characters (R23)', async () => {
    const { database, root, indexer, sessions } = await stage();
    const first = await recordSession(database, root, print('cat /etc/nginx/nginx.conf\r\n数据库密码已修改\r\n'));
    const second = await recordSession(database, root, print('Connection from 10.20.0.5 port 22\r\n'), { ended: 2 });
    await indexer.run();
    expect(await sessions('nginx.conf')).toEqual([first]);
    expect(await sessions('/etc/nginx')).toEqual([first]);
    expect(await sessions('密码')).toEqual([first]);
    expect(await sessions('密')).toEqual([first]);
    expect(await sessions('码密')).toEqual([]);
    expect(await sessions('10.20.0.5')).toEqual([second]);
    expect(await sessions('CONNECTION ｆｒｏｍ')).toEqual([second]);
    expect(await sessions('"from connection"')).toEqual([]);
    expect(await sessions('"connection from"')).toEqual([second]);
    expect(await sessions('connection nginx')).toEqual([]);
    expect(await sessions('absent-word')).toEqual([]);
  });

  test('short words are found where they stand alone (R23)', async () => {
    const { database, root, indexer, sessions } = await stage();
    const session = await recordSession(database, root, print('# rm -rf /srv/old; ls\r\nformat\r\n'));
    await indexer.run();
    expect(await sessions('rm')).toEqual([session]);
    expect(await sessions('ls')).toEqual([session]);
    expect(await sessions('at')).toEqual([]);
  });

  test('a find names the session, the moment, the place in the output, and shows the text around it (R23)', async () => {
    const { database, root, indexer, find } = await stage();
    const session = await recordSession(database, root, async (recording, clock) => {
      await recording.output(Buffer.from('first line\r\n'));
      clock.advance(5000);
      await recording.output(Buffer.from('\x1b[31mPermission\x1b[0m denied: 公告.txt\r\n'));
    });
    await indexer.run();
    expect(await find('denied 公告')).toEqual({
      hits: [
        {
          session,
          at: 5000,
          offset: 12,
          command: null,
          snippet: 'first line\nPermission denied: 公告.txt\n',
          marks: [
            [22, 6],
            [30, 2],
          ],
        },
      ],
      next: null,
    });
  });

  test('commands, names of files and error output are found too (R23)', async () => {
    const { database, root, indexer, sessions } = await stage();
    const exec = await recordSession(database, root, (recording) => recording.errorOutput(Buffer.from('segfault\n')), {
      command: 'systemctl restart tomcat9',
    });
    const sftp = await recordSession(
      database,
      root,
      (recording) => recording.file({ what: 'asked', n: 1, op: 'open', path: '/srv/招标文件.pdf' }),
      { files: true, ended: 2 },
    );
    await indexer.run();
    expect(await sessions('tomcat9')).toEqual([exec]);
    expect(await sessions('segfault')).toEqual([exec]);
    expect(await sessions('招标文件')).toEqual([sftp]);
  });

  const given = (text: string | null, at: number, confidence: Command['confidence'] = 'exact'): Command => ({
    ...{ at, text, confidence, prompt: '$ ', keys: 9 },
    output: { from: at * 2, to: at * 2 + 20 },
  });

  test('a command is found as one, with its moment and how sure it is, and not across two (R23)', async () => {
    const { database, root, indexer, find, commands } = await stage();
    const session = await recordSession(database, root, print('$ vi /etc/公告.conf\r\n'));
    commands.set(session, [
      given('systemctl stop tomcat9', 1000),
      given('vi /etc/公告.conf', 2000, 'high'),
      given(null, 2500, 'hidden'),
      given('rm -rf\n/srv/old', 3000, 'low'),
    ]);
    await indexer.run();
    const { hits } = await find('公告');
    expect(hits.filter(({ command }) => command === null)).toMatchObject([
      { session, snippet: expect.stringContaining('$ vi') },
    ]);
    expect(hits.filter(({ command }) => command !== null)).toEqual([
      { session, at: 2000, offset: 4000, command: 'high', snippet: 'vi /etc/公告.conf', marks: [[8, 2]] },
    ]);
    expect((await find('"-rf /srv"')).hits).toMatchObject([{ at: 3000, command: 'low', snippet: 'rm -rf /srv/old' }]);
    expect((await find('systemctl tomcat9')).hits).toMatchObject([{ at: 1000, offset: 2000, command: 'exact' }]);
    expect((await find('systemctl rm')).hits).toEqual([]);
  });

  test('the command a session was opened with is one, from its first moment (R23)', async () => {
    const { database, root, indexer, find } = await stage();
    await recordSession(database, root, print('done\r\n'), { command: 'systemctl restart tomcat9' });
    await indexer.run();
    expect((await find('restart')).hits).toMatchObject([
      { at: 0, offset: 0, command: 'exact', snippet: 'systemctl restart tomcat9' },
    ]);
  });

  test('a session whose commands cannot be read is searched in part, and that is written down (R23)', async () => {
    const { database, root, indexer, sessions, commands } = await stage();
    const [one, other] = [await recordSession(database, root, print('zephyr\r\n')), newId('ses')];
    commands.set(one, undefined);
    await indexer.run();
    expect(await sessions('zephyr')).toEqual([one]);
    expect(await database.transaction((tx) => partlyIndexed(tx, [one, other]))).toEqual(new Set([one]));
  });

  test('an index that cannot be read any more is thrown away and made again (R23)', async () => {
    const { database, root, indexer, sessions, uses } = await stage();
    const session = await recordSession(database, root, print('zephyr\r\n'));
    const other = { ...uses, recordsKey: Secret.ofBytes(Buffer.alloc(32, 8)), documentsOf: madeUp(() => 'zephyr') };
    await createSearchIndexer(other).run();
    expect(await sessions('zephyr')).toEqual([]);
    await indexer.run();
    expect(await sessions('zephyr')).toEqual([session]);
  });

  test('a session in GB18030 is found by what it says (R23)', async () => {
    const { database, root, indexer, sessions } = await stage();
    const session = await recordSession(database, root, (recording) =>
      recording.output(Buffer.from('b9abb9b2d7cad4b4bdbbd2d70a', 'hex')),
    );
    await indexer.run();
    expect(await sessions('公共资源')).toEqual([session]);
  });

  test('of output without end a part is searched, and that is written down (B9)', async () => {
    const limited: DocumentsOf = (source) => sessionDocuments({ ...source, mostBytes: 300_000 });
    const { database, root, indexer, sessions } = await stage(limited);
    const session = await recordSession(database, root, async (recording) => {
      await recording.output(Buffer.from('zephyr\r\n'));
      for (let nth = 0; nth < 10; nth += 1) await recording.output(Buffer.alloc(50_000, 'y\n'));
      await recording.output(Buffer.from('quartz\r\n'));
    });
    await indexer.run();
    expect([await sessions('zephyr'), await sessions('quartz')]).toEqual([[session], []]);
    const partly = await database.transaction((tx) => partlyIndexed(tx, [session]));
    expect(partly).toEqual(new Set([session]));
  });

  test('nothing that can be read of a recording stands in the database (R25)', async () => {
    const { database, root, indexer } = await stage();
    await recordSession(database, root, print('the secret word is xylophone 密码\r\n'.repeat(50)));
    await indexer.run();
    const stored = await everyValue(database);
    expect(stored.length).toBeGreaterThan(200);
    for (const word of ['xyl', 'secret', '密', Buffer.from('密码').toString('latin1')])
      expect(stored).not.toContain(word);
  });

  test('another key finds nothing (R25)', async () => {
    const { database, root, indexer, uses } = await stage();
    await recordSession(database, root, print('xylophone\r\n'));
    await indexer.run();
    const other = createSearchIndex({ ...uses, recordsKey: Secret.ofBytes(Buffer.alloc(32, 8)) });
    expect((await other.find(parseQuery('xylophone'), undefined)).hits).toEqual([]);
  });

  test('a text that was moved to another session does not open (R19)', async () => {
    const { database, root, indexer, sessions } = await stage();
    await recordSession(database, root, print('xylophone\r\n'));
    const other = await recordSession(database, root, print('something else\r\n'), { ended: 2 });
    await indexer.run();
    await database.transaction((tx) => sql`update search_document set session_id = ${other}`.execute(tx));
    expect(await sessions('xylophone')).toEqual([]);
  });

  test('only ended sessions that are not there yet are taken in, and a second run does nothing (R23)', async () => {
    const { database, root, indexer, sessions } = await stage();
    const session = await recordSession(database, root, print('xylophone\r\n'));
    await indexer.run();
    const before = await everyValue(database);
    await indexer.run();
    expect(await everyValue(database)).toBe(before);
    expect(await sessions('xylophone')).toEqual([session]);
  });

  test('a session whose recording cannot be read stops nobody else from being found (R23)', async () => {
    const { database, root, indexer, sessions } = await stage();
    const gone = await recordSession(database, root, print('first\r\n'));
    const session = await recordSession(database, root, print('xylophone\r\n'), { ended: 2 });
    rmSync(`${root}/${gone}`, { recursive: true });
    await indexer.run();
    expect(await sessions('xylophone')).toEqual([session]);
  });

  const many = (count: number): SessionId[] => Array.from({ length: count }, () => newId('ses'));
  const words = (session: string) => `common line\nown ${session.slice(4, 16)}\n`;

  test('segments are joined, and everything is found as before (R23)', async () => {
    const { database, indexer, sessions, find } = await stage(madeUp(words));
    const all: SessionId[] = [];
    for (let nth = 0; nth < 14; nth += 1) {
      const batch = many(5);
      all.push(...batch);
      await insertSessions(database, batch, { from: nth * 5 });
      await indexer.run();
    }
    const segments = await database.transaction((tx) => tx.selectFrom('search_segment').selectAll().execute());
    expect(segments.length).toBeLessThan(6);
    for (const session of all) expect(await sessions(session.slice(4, 16))).toEqual([session]);
    const found: SessionId[] = [];
    for (let next: number | undefined | null; next !== null; ) {
      const page = await find('common', next);
      found.push(...page.hits.map((hit) => hit.session));
      next = page.next;
    }
    expect(found).toEqual(all.reverse());
  });

  test('a session that is forgotten leaves nothing, and the others stay (R21)', async () => {
    const { database, indexer, sessions } = await stage(madeUp(words));
    const all = many(12);
    await insertSessions(database, all);
    await indexer.run();
    const [gone, kept] = [all[3] ?? newId('ses'), all[4] ?? newId('ses')];
    await indexer.forget(gone);
    expect(await sessions(gone.slice(4, 16))).toEqual([]);
    expect(await sessions(kept.slice(4, 16))).toEqual([kept]);
    expect(await sessions('common')).toHaveLength(11);
    expect(await everyValue(database)).not.toContain(gone);
    for (const session of all) await indexer.forget(session);
    expect(await everyValue(database)).toBe('');
    await indexer.run();
    expect(await sessions('common')).toHaveLength(12);
  });

  test('what a crash left half-written is cleared away and made again (R23)', async () => {
    const { database, indexer, sessions, uses } = await stage(madeUp(words));
    const all = many(3);
    await insertSessions(database, all);
    await indexer.run();
    await database.transaction(async (tx) => {
      // As if the last step had not been committed.
      await sql`delete from search_session`.execute(tx);
      await sql`update search_segment set ready = 0`.execute(tx);
    });
    expect(await sessions('common')).toEqual([]);
    await createSearchIndexer(uses).run();
    expect((await sessions('common')).length).toBe(3);
    const [{ count } = { count: 0 }] = await database.transaction((tx) =>
      tx
        .selectFrom('search_document')
        .select((is) => is.fn.countAll().as('count'))
        .execute(),
    );
    expect(Number(count)).toBe(3);
  });

  test('a run that is told to stop stops between sessions, and another goes on (R23)', async () => {
    const stop = new AbortController();
    let read = 0;
    const { database, indexer, sessions } = await stage(
      madeUp((session) => {
        read += 1;
        if (read === 2) stop.abort();
        return words(session);
      }),
    );
    await insertSessions(database, many(5));
    await indexer.run(stop.signal);
    expect(await sessions('common')).toHaveLength(2);
    await indexer.run();
    expect(await sessions('common')).toHaveLength(5);
  });
});
