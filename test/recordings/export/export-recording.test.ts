import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asciicast2 } from '../../../recordings/export/asciicast.ts';
import {
  type ExportedSession,
  type ExportFormat,
  type ExportWish,
  exportRecording,
} from '../../../recordings/export/export-recording.ts';
import { tell } from '../../../recordings/export/told.ts';
import type { RecordedEvent } from '../../../recordings/read/read-track.ts';
import { trackPath } from '../../../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../../../recordings/storage/recording-keys.ts';
import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { FINISHED, RECORDS_KEY, type Stage, stage } from '../support.ts';
import { readCast3 } from './asciicast-reader.ts';

const NOON = Date.UTC(2026, 2, 12, 4);

async function recorded(write: (recording: OpenRecording, on: Stage) => Promise<void>, files = false): Promise<Stage> {
  const on = stage();
  const recording = await on.open({ files });
  await write(recording, on);
  return on;
}

async function exported(
  on: Stage,
  format: ExportFormat,
  { wish = {}, about = {} }: { wish?: Partial<ExportWish>; about?: Partial<ExportedSession> } = {},
): Promise<string> {
  const session: ExportedSession = {
    id: on.session,
    title: 'BG-20260312-01 root@web1',
    startedAt: NOON,
    ended: true,
    command: null,
    terminal: { columns: 80, rows: 24 },
    ...about,
  };
  const source = {
    directory: on.directory,
    unwrap: (header: Parameters<typeof unwrapTrackKey>[1]) => unwrapTrackKey(RECORDS_KEY, header),
    commands: commandsOf(),
  };
  const settled: ExportWish = { format, encoding: 'utf-8', language: 'en', timeZone: 'Asia/Shanghai', ...wish };
  return textOf(exportRecording(source, session, settled));
}

async function* commandsOf() {
  yield { at: 1250, text: '=cmd|"/c calc"!A1', confidence: 'exact', offset: 7 };
  yield { at: 2000, text: 'cat 密码.txt, \u202ereversed', confidence: 'low', offset: 90 };
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** A session with everything in it; the clock says when. */
const shell = () =>
  recorded(async (recording, { clock }) => {
    const chinese = Buffer.from('公共资源\r\n');
    await recording.output(Buffer.concat([Buffer.from('\x1b[1mroot@web1\x1b[0m# '), chinese.subarray(0, 4)]));
    clock.advance(1000);
    await recording.output(chinese.subarray(4));
    await recording.input(Buffer.from('id\r'));
    clock.advance(500);
    await recording.resize(120, 40);
    await recording.errorOutput(Buffer.from('\u2028no such file\r\n'));
    await recording.notice({ zh: '窗口将在5分钟后结束', en: 'the window ends in 5 minutes' });
    clock.advance(500);
    await recording.output(Buffer.from([0x62, 0xff, 0x0d, 0x0a]));
    await recording.seal(FINISHED);
  });

test('asciinema 2 prints from the v2 export what was on the screen (R19)', async () => {
  const file = join(temporaryFolder(), 'session.cast');
  writeFileSync(file, await exported(await shell(), 'asciicast-v2'));
  // Both want a terminal, and `script` gives them one.
  const run = (command: string) =>
    execFileSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
  run(`asciinema cat ${file} > ${file}.text`);
  expect(readFileSync(`${file}.text`, 'utf8')).toBe(
    '\x1b[1mroot@web1\x1b[0m# 公共资源\r\n\u2028no such file\r\nb\ufffd\r\n',
  );
  expect(run(`asciinema play -i 0.01 ${file}`)).toContain('公共资源');
});

test('the v2 export has times, resizes and remarks, and no byte that is not UTF-8 (R19)', async () => {
  const lines = (await exported(await shell(), 'asciicast-v2')).trimEnd().split('\n');
  expect(lines.slice(1).map((line) => JSON.parse(line))).toEqual([
    [0, 'o', '\x1b[1mroot@web1\x1b[0m# 公'],
    [1, 'o', '共资源\r\n'],
    [1.5, 'r', '120x40'],
    [1.5, 'o', '\u2028no such file\r\n'],
    [1.5, 'm', 'the window ends in 5 minutes'],
    [2, 'o', 'b\ufffd\r\n'],
    [2, 'm', 'hidden, 3 keys'],
    [2, 'm', 'the session ended: finished'],
  ]);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    version: 2,
    width: 80,
    height: 24,
    timestamp: NOON / 1000,
    title: 'BG-20260312-01 root@web1',
  });
  expect(lines.join('')).not.toMatch(/[\u2028\u007f-\u009f]/);
});

test('a strict reader of v3 reads the v3 export, exit status included (R19)', async () => {
  const { head, events } = readCast3(await exported(await shell(), 'asciicast-v3', { wish: { language: 'zh' } }));
  expect(head.term).toEqual({ cols: 80, rows: 24 });
  expect(events.map(({ at, code }) => `${code}${at}`)).toEqual([
    'o0',
    'o1',
    'r1.5',
    'o1.5',
    'm1.5',
    'o2',
    'm2',
    'm2',
    'x2',
  ]);
  expect(events.at(-2)?.data).toBe('会话结束：finished');
  expect(events.at(-1)?.data).toBe('0');
});

test('the times of a long v3 export do not drift (R19)', async () => {
  const on = await recorded(async (recording, { clock }) => {
    for (let nth = 0; nth < 300; nth += 1) {
      clock.advance(1 / 3);
      await recording.output(Buffer.from('x'));
    }
    await recording.seal(FINISHED);
  });
  const { events } = readCast3(await exported(on, 'asciicast-v3'));
  expect(events.at(-1)?.at).toBeCloseTo(0.1, 6);
});

test('keys are in an export only where their key was asked for (R42)', async () => {
  const on = await shell();
  expect(await exported(on, 'asciicast-v2')).not.toContain('"i"');
  expect(await exported(on, 'asciicast-v2', { wish: { everyKey: true } })).toContain('[1,"i","id\\r"]');
});

test('what was typed and drawn is told, what was hidden is a number of keys (R42)', async () => {
  const line = { at: 10, kind: 'typed', from: 0, after: 0 } as const;
  async function* items(): AsyncGenerator<RecordedEvent> {
    yield { ...line, keys: 3, text: Buffer.from('id\r') };
    yield { ...line, keys: 12, text: null };
    yield { ...line, keys: 3, text: Buffer.from('c4e30d', 'hex') };
  }
  const told = tell(items(), { encoding: 'gb18030', everyKey: false, ended: true });
  const head = { terminal: null, startedAt: 0, title: 't', command: null };
  const lines = (await textOf(asciicast2(told, head, 'zh'))).trimEnd().split('\n').slice(1);
  expect(lines.map((each) => JSON.parse(each))).toEqual([
    [0.01, 'i', 'id\r'],
    [0.01, 'm', '已隐藏，共 12 个按键'],
    [0.01, 'i', '你\r'],
  ]);
});

test('a recording in GB18030 is exported as what it says (R37)', async () => {
  const on = await recorded(async (recording) => {
    await recording.output(Buffer.from('b9abb9b2d7', 'hex'));
    await recording.output(Buffer.from('cad4b4', 'hex'));
    await recording.seal(FINISHED);
  });
  expect(await exported(on, 'text', { wish: { encoding: 'gb18030' } })).toContain('公共资源');
});

test('what a program without a terminal printed starts each line at its beginning (R19)', async () => {
  const on = await recorded(async (recording) => {
    await recording.output(Buffer.from('a\nb\n'));
    await recording.seal(FINISHED);
  });
  const text = await exported(on, 'asciicast-v2', { about: { terminal: null, command: 'ls' } });
  expect(text).toContain('"a\\r\\nb\\r\\n"');
  expect(JSON.parse(text.split('\n')[0] ?? '').command).toBe('ls');
});

test.each(['asciicast-v2', 'asciicast-v3', 'text'] as const)(
  'a torn recording is exported as %s up to where it is whole, and says so (R19)',
  async (format) => {
    const on = await shell();
    const file = trackPath(on.directory, 'screen');
    truncateSync(file, readFileSync(file).length - 300);
    const text = await exported(on, format);
    expect(text).toContain('no such file');
    expect(text.trimEnd().split('\n').at(-1)).toContain('whole only up to here');
  },
);

test('a recording that a crash left without an end says that something may be missing (R19)', async () => {
  const on = await recorded((recording) => recording.output(Buffer.from('last words')));
  expect(await exported(on, 'text')).toMatch(/last words\n\[\+00:00:00 whole only up to here.*has no end/);
  expect(await exported(on, 'text', { about: { ended: false } })).toContain('still running');
});

test('an altered recording is exported up to there, and says so (R19)', async () => {
  const on = await shell();
  const file = trackPath(on.directory, 'screen');
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100);
  writeFileSync(file, bytes);
  expect((await exported(on, 'text')).trimEnd().split('\n').at(-1)).toContain('whole only up to here');
});

test('the list of commands does nothing in a spreadsheet (R43)', async () => {
  const on = await shell();
  expect(await exported(on, 'commands', { wish: { language: 'zh' } })).toBe(
    '\ufeff序号,时间（Asia/Shanghai）,距开始秒数,命令,可信度,输出偏移\r\n' +
      '1,2026-03-12 12:00:01.250,1.25,"\'=cmd|""/c calc""!A1",exact,7\r\n' +
      '2,2026-03-12 12:00:02.000,2,"cat 密码.txt, <U+202E>reversed",low,90\r\n',
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠a'])(
  'a file called %j is no formula in the list of files (R43)',
  async (name) => {
    const on = await recorded(async (recording) => {
      await recording.file({ what: 'asked', n: 1, op: 'remove', path: name });
      await recording.file({ what: 'answered', n: 1, code: 0 });
      await recording.seal(FINISHED);
    }, true);
    const csv = await exported(on, 'files-csv');
    const quoted = /[\r\n]/.test(name) ? `"'${name}"` : `'${name}`;
    expect(csv).toContain(`,remove,${quoted},`);
  },
);

const moved = () =>
  recorded(async (recording, { clock }) => {
    await recording.file({ what: 'asked', n: 1, op: 'open', path: '/srv/"a",b', flags: ['write'] });
    await recording.file({ what: 'answered', n: 1, code: 0 });
    await recording.file({ what: 'asked', n: 2, op: 'rename', path: { base64: 'xOM=' }, to: { base64: '/w==' } });
    await recording.file({ what: 'answered', n: 2, code: 3 });
    await recording.file({ what: 'refused', n: 3, op: 'remove', path: '/etc/passwd', code: 3, why: 'path' });
    await recording.file({ what: 'asked', n: 4, op: 'open', path: '/srv/c', flags: ['read'] });
    await recording.file({ what: 'answered', n: 4, code: 0 });
    clock.advance(2000);
    await recording.file({
      what: 'closed',
      of: 1,
      complete: true,
      read: 0,
      written: 5,
      entries: 0,
      size: 5,
      hashed: 'in-flight',
      sha256: 'ab'.repeat(32),
      from: 0,
      bytes: 5,
      why: null,
    });
    await recording.seal(FINISHED);
  }, true);

test('the list of files has a row for each request, with what came of it (R17)', async () => {
  const rows = (await exported(await moved(), 'files-csv')).split('\r\n').slice(1, -1);
  expect(rows).toEqual([
    '2,2026-03-12 12:00:00.000,2026-03-12 12:00:00.000,rename,你,\\xff,gb18030,3,,,,,,,,,,,',
    '3,2026-03-12 12:00:00.000,2026-03-12 12:00:00.000,remove,/etc/passwd,,utf-8,3,path,,,,,,,,,,',
    `1,2026-03-12 12:00:00.000,2026-03-12 12:00:02.000,open,"/srv/""a"",b",,utf-8,0,,1,0,5,0,5,in-flight,${'ab'.repeat(32)},0,5,`,
    '4,2026-03-12 12:00:00.000,,open,/srv/c,,utf-8,0,,,,,,,,,,,',
  ]);
});

test('the same as JSON keeps the bytes of every name (R17)', async () => {
  const { files, gap, session } = JSON.parse(await exported(await moved(), 'files-json'));
  expect(gap).toBeNull();
  expect(session).toMatch(/^ses_/);
  expect(files.map(({ n }: { n: number }) => n)).toEqual([2, 3, 1, 4]);
  expect(files[0].path).toEqual({ text: '你', encoding: 'gb18030', base64: 'xOM=' });
  expect(files[2]).toMatchObject({ op: 'open', flags: ['write'], overAt: 2000, closed: { sha256: 'ab'.repeat(32) } });
});

test('a session without files has a list without rows (R17)', async () => {
  const on = await shell();
  expect(JSON.parse(await exported(on, 'files-json'))).toMatchObject({ files: [], gap: null });
  expect((await exported(on, 'files-csv')).split('\r\n')).toHaveLength(2);
});
