// Evidence bundles: written beside a running installation, checked by our verifier and by one in Python that shares
// nothing with it. They must agree on every bundle, whole or touched.

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogSigner } from '../../audit/signed-note.ts';
import { createCosigner } from '../../audit/witness/cosignature.ts';
import { EXIT } from '../../bastion/cli/usage.ts';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import { linesOf, rewriteHistory as writeHistory, writeLines } from '../support/bundle-changes.ts';
import { bothSay as bothVerifiersSay, type Judged } from '../support/bundle-verifiers.ts';
import { command } from '../support/command-line.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

const WITNESS = createCosigner('w.example', generateKeyPairSync('ed25519').privateKey);
let site: TestInstallation;
let folder: string;
let ticket: { readonly id: string; readonly number: string };
let sessions: readonly string[];
let nth = 0;

beforeAll(async () => {
  site = await startInstallation();
  folder = mkdtempSync(join(tmpdir(), 'sluice-bundles-'));
  ticket = await site.approvedTicket();
  await site.running.supervisor.look();
  for (const run of ['echo first; echo second >&2; exit 3', 'cat']) {
    const { child, exit } = ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', run], {
      password: PASSWORD,
      code: site.code('engineer'),
    });
    child.stdin.end('a line\n'.repeat(1000));
    await exit;
  }
  const auditor = await site.signIn('auditor');
  // Both have ended for the client; their end reaches the controller a moment later.
  while ((await site.running.services.sessionLog.list(auditor, {})).some(({ endedAt }) => endedAt === null));
  sessions = (await site.running.services.sessionLog.list(auditor, {})).map(({ id }) => id).sort();
  const made = await command('export', ticket.number, '--out', join(folder, 'whole'), '--data', site.folder.path);
  expect(made, made.stderr).toMatchObject({ code: 0, stdout: `${join(folder, 'whole')}\n` });
  const key = readFileSync(join(site.folder.evidence, 'log.vkey'), 'utf8');
  writeFileSync(join(folder, 'keys.txt'), `log ${key}quorum none\n`);
  writeFileSync(join(folder, 'witnessed.txt'), `log ${key}witness W ${WITNESS.verifierKey}\nquorum W\n`);
  const other = createLogSigner('sluice/other', generateKeyPairSync('ed25519').privateKey);
  writeFileSync(join(folder, 'other.txt'), `log ${other.verifierKey}\nquorum none\n`);
});
afterAll(async () => {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A copy to do something to. */
function copy(): string {
  nth += 1;
  const path = join(folder, `copy-${nth}`);
  cpSync(join(folder, 'whole'), path, { recursive: true });
  return path;
}

const bothSay = (bundle: string, policy?: string): Promise<Judged> =>
  bothVerifiersSay(bundle, policy === undefined ? undefined : join(folder, policy));

type Leaf = { index: number; at: number; type: string; actor: object; details: Record<string, string> };

const indexOf = (bundle: string, type: string): number =>
  linesOf(bundle).find(({ leaf }) => (JSON.parse(leaf) as Leaf).type === type)?.index ?? -1;

/** Changes the leaf of that type and leaves it well spelled. */
function changeLeaf(bundle: string, type: string, change: (leaf: Leaf) => void): void {
  const lines = linesOf(bundle).map((line) => {
    const leaf = JSON.parse(line.leaf) as Leaf;
    if (leaf.type !== type) return line;
    change(leaf);
    return { ...line, leaf: canonicalJson(leaf as never) };
  });
  writeLines(bundle, lines);
}

/** The whole bundle again under a log of its own, with the log's stolen key: every proof holds. */
const rewriteHistory = (bundle: string) => writeHistory(bundle, site.folder.keys);

function cosign(bundle: string): void {
  const file = join(bundle, 'checkpoint');
  const note = readFileSync(file, 'utf8');
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  writeFileSync(file, note + WITNESS.cosign(text, 1_800_000_000));
}

const track = (bundle: string, name = 'screen', session = sessions[0] ?? ''): string =>
  join(bundle, 'recordings', session, `${name}.track`);

function changeTrack(bundle: string, change: (bytes: Buffer, frames: readonly number[]) => Buffer): void {
  const bytes = readFileSync(track(bundle));
  const frames: number[] = [];
  for (let at = 14 + bytes.readUInt32BE(10) + 32; at < bytes.length; at += 24 + bytes.readUInt32BE(at) + 32)
    frames.push(at);
  writeFileSync(track(bundle), change(bytes, frames));
}

test('a bundle holds by the key that lies in it, and is anchored by a policy (R33)', async () => {
  const whole = join(folder, 'whole');
  expect(await bothSay(whole)).toEqual({ verdict: 'consistent', findings: [] });
  expect(await bothSay(whole, 'keys.txt')).toEqual({ verdict: 'anchored', findings: [] });
  const types = linesOf(whole).map(({ leaf }) => (JSON.parse(leaf) as Leaf).type);
  for (const type of ['ticket.created', 'ticket.approved', 'session.opened', 'recording.sealed', 'bundle.exported']) {
    expect(types).toContain(type);
  }
  expect(readdirSync(join(whole, 'recordings')).sort()).toEqual(sessions);
});

test('the command says in words what holds and what cannot be known, and ends accordingly (R33)', async () => {
  const whole = join(folder, 'whole');
  const alone = await command('verify', whole);
  expect(alone.code).toBe(EXIT.unanchored);
  expect(alone.stdout).toContain('the log’s key is not known from elsewhere');
  const anchored = await command('verify', whole, '--policy', join(folder, 'keys.txt'));
  expect(anchored.code).toBe(EXIT.ok);
  for (const words of [
    'verified: nothing altered',
    `ticket ${ticket.number}`,
    'head approved it',
    sessions[0] ?? '',
    'cannot be known',
  ]) {
    expect(anchored.stdout).toContain(words);
  }
  expect(readFileSync(join(whole, 'summary.txt'), 'utf8')).toContain('由此不能得知');
  const cut = copy();
  rmSync(track(cut));
  const broken = await command('verify', cut, '--policy', join(folder, 'keys.txt'));
  expect(broken.code).toBe(EXIT.problem);
  expect(broken.stdout).toContain('NOT verified');
});

test('nothing secret is in a bundle, and it is no way to what was recorded (R22, R25)', () => {
  const whole = join(folder, 'whole');
  const all = readdirSync(whole, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = Buffer.concat(all.map((entry) => readFileSync(join(entry.parentPath, entry.name))));
  for (const secret of [
    readFileSync(join(site.folder.keys, 'records.key')),
    Buffer.from('a line\na line'),
    Buffer.from(PASSWORD),
  ]) {
    expect(bytes.includes(secret)).toBe(false);
  }
});

test('a session alone, an unknown one, and a folder that is there (R33, R43)', async () => {
  const out = join(folder, 'one');
  const made = await command('export', sessions[1] ?? '', '--out', out, '--data', site.folder.path);
  expect(made.code, made.stderr).toBe(0);
  expect(readdirSync(join(out, 'recordings'))).toEqual([sessions[1]]);
  expect(await bothSay(out, 'keys.txt')).toEqual({ verdict: 'anchored', findings: [] });
  const again = await command('export', sessions[1] ?? '', '--out', out, '--data', site.folder.path);
  expect(again).toMatchObject({ code: EXIT.refused, stderr: expect.stringContaining('was not changed') });
  const unknown = await command('export', 'BG-19990101-01', '--out', join(folder, 'none'), '--data', site.folder.path);
  expect(unknown).toMatchObject({ code: EXIT.unavailable, stderr: expect.stringContaining('no ticket or session') });
  expect((await command('verify', folder)).stderr).toContain('no bundle.json');
});

describe('what is touched is found and named, by both verifiers alike (R19)', () => {
  const first = () => sessions[0] ?? '';
  const cases: readonly (readonly [string, (bundle: string) => void, () => readonly string[]])[] = [
    [
      'a byte of a recording flipped',
      (at) =>
        changeTrack(at, (bytes) => {
          bytes.writeUInt8((bytes.at(-90) ?? 0) ^ 1, bytes.length - 90);
          return bytes;
        }),
      () => [`recording ${first()}`],
    ],
    [
      'a frame removed',
      (at) => changeTrack(at, (bytes, [a, b]) => Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)])),
      () => [`recording ${first()}`],
    ],
    [
      'two frames swapped',
      (at) =>
        changeTrack(at, (bytes, [a = 0, b, c]) =>
          Buffer.concat([bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c)]),
        ),
      () => [`recording ${first()}`],
    ],
    [
      'the tail cut at a frame',
      (at) => changeTrack(at, (bytes, frames) => bytes.subarray(0, frames.at(-1))),
      () => [`recording ${first()}`],
    ],
    [
      'the tail cut in a frame',
      (at) => changeTrack(at, (bytes) => bytes.subarray(0, -7)),
      () => [`recording ${first()}`],
    ],
    [
      'bytes behind the end',
      (at) => changeTrack(at, (bytes) => Buffer.concat([bytes, Buffer.from('more')])),
      () => [`recording ${first()}`],
    ],
    ['a track taken away', (at) => rmSync(track(at, 'keys')), () => [`recording ${first()}`]],
    [
      'tracks of two sessions swapped',
      (at) => {
        const other = readFileSync(track(at, 'screen', sessions[1]));
        writeFileSync(track(at, 'screen', sessions[1]), readFileSync(track(at)));
        writeFileSync(track(at), other);
      },
      () => [`recording ${first()}`, `recording ${sessions[1]}`],
    ],
    [
      'a whole session taken away',
      (at) => rmSync(join(at, 'recordings', first()), { recursive: true }),
      () => [`recording ${first()}`],
    ],
    [
      'a session taken away with its events',
      (at) => {
        rmSync(join(at, 'recordings', first()), { recursive: true });
        writeLines(
          at,
          linesOf(at).filter(({ leaf }) => !leaf.includes(first())),
        );
      },
      () => [`bundle ${first()}`, `recording ${first()}`],
    ],
    [
      'a session left out of the list',
      (at) => {
        rmSync(join(at, 'recordings', first()), { recursive: true });
        const manifest = JSON.parse(readFileSync(join(at, 'bundle.json'), 'utf8'));
        writeFileSync(join(at, 'bundle.json'), canonicalJson({ ...manifest, sessions: [sessions[1]] }));
      },
      () => [`bundle ${first()}`],
    ],
    [
      'an event edited',
      (at) =>
        changeLeaf(at, 'ticket.approved', (leaf) => {
          leaf.actor = { ...leaf.actor, name: 'another' };
        }),
      () => [`event ${indexOf(join(folder, 'whole'), 'ticket.approved')}`, ...sessions.map((id) => `approval ${id}`)],
    ],
    [
      'an event back-dated',
      (at) =>
        changeLeaf(at, 'bundle.exported', (leaf) => {
          leaf.at -= 86_400_000;
        }),
      () => [`event ${indexOf(join(folder, 'whole'), 'bundle.exported')}`],
    ],
    [
      'the approval taken out',
      (at) =>
        writeLines(
          at,
          linesOf(at).filter(({ leaf }) => !leaf.includes('"ticket.approved"')),
        ),
      () => sessions.map((id) => `approval ${id}`),
    ],
    [
      'two events swapped',
      (at) => {
        const [a, b, ...rest] = linesOf(at);
        if (a !== undefined && b !== undefined) writeLines(at, [b, a, ...rest]);
      },
      () => [
        `bundle events.jsonl:2`,
        `ticket ${ticket.id}`,
        'ticket ticket.json',
        ...sessions.map((id) => `approval ${id}`),
      ],
    ],
    [
      'an event spelled otherwise',
      (at) => {
        const text = readFileSync(join(at, 'events.jsonl'), 'utf8');
        writeFileSync(join(at, 'events.jsonl'), text.replace('{"hashes"', '{ "hashes"'));
      },
      () => [
        `bundle events.jsonl:1`,
        `ticket ${ticket.id}`,
        'ticket ticket.json',
        ...sessions.map((id) => `approval ${id}`),
      ],
    ],
    [
      'the last event cut',
      (at) => {
        const text = readFileSync(join(at, 'events.jsonl'), 'utf8');
        writeFileSync(join(at, 'events.jsonl'), text.slice(0, -1));
      },
      () => [`bundle events.jsonl:${linesOf(join(folder, 'whole')).length}`],
    ],
    [
      'the checkpoint touched',
      (at) => {
        const note = readFileSync(join(at, 'checkpoint'), 'utf8').split('\n');
        writeFileSync(join(at, 'checkpoint'), [note[0], String(Number(note[1]) + 1), ...note.slice(2)].join('\n'));
      },
      () => ['checkpoint checkpoint'],
    ],
    [
      'the ticket changed',
      (at) => {
        const text = readFileSync(join(at, 'ticket.json'), 'utf8');
        writeFileSync(join(at, 'ticket.json'), text.replace(/"windowEnd":(\d)/, '"windowEnd":9'));
      },
      () => ['ticket ticket.json'],
    ],
    [
      'another number on it',
      (at) => {
        const manifest = JSON.parse(readFileSync(join(at, 'bundle.json'), 'utf8'));
        const forged = { ...manifest, ticket: { ...manifest.ticket, number: 'BG-20260101-01' } };
        writeFileSync(join(at, 'bundle.json'), canonicalJson(forged));
      },
      () => [`ticket ${ticket.id}`],
    ],
    [
      'no manifest',
      (at) => rmSync(join(at, 'bundle.json')),
      () => ['bundle bundle.json', ...sessions.map((id) => `bundle recordings/${id}`)],
    ],
    ['no key', (at) => rmSync(join(at, 'log.vkey')), () => ['bundle log.vkey']],
    ['a file too many', (at) => writeFileSync(join(at, 'readme'), ''), () => ['bundle readme']],
  ];
  test.each(cases)('%s', async (_, touch, expected) => {
    const bundle = copy();
    touch(bundle);
    expect(await bothSay(bundle, 'keys.txt')).toEqual({ verdict: 'broken', findings: [...expected()].sort() });
  });
});

describe('what is no bundle at all ends in a finding, never in an error or for ever (B9, R19)', () => {
  const changeManifest = (at: string, change: (text: string) => string) =>
    writeFileSync(join(at, 'bundle.json'), change(readFileSync(join(at, 'bundle.json'), 'utf8')));
  const unread = () => ['bundle bundle.json', ...sessions.map((id) => `bundle recordings/${id}`)];
  const noEvents = () => [
    `ticket ${ticket.id}`,
    'ticket ticket.json',
    ...sessions.flatMap((id) => [`bundle ${id}`, `recording ${id}`]),
  ];
  const cases: readonly (readonly [string, (bundle: string) => void, () => readonly string[]])[] = [
    [
      'a time that is no whole number',
      (at) => changeManifest(at, (t) => t.replace(/"made":\d+/, '"made":1.5')),
      unread,
    ],
    ['half a character', (at) => changeManifest(at, (t) => t.replace(/"number":"/, '"number":"\\ud800')), unread],
    [
      'a byte that is no character',
      (at) => {
        const bytes = readFileSync(join(at, 'bundle.json'));
        bytes.writeUInt8(0xff, bytes.indexOf('BG-'));
        writeFileSync(join(at, 'bundle.json'), bytes);
      },
      unread,
    ],
    [
      'a byte in a leaf that is no character',
      (at) => {
        const bytes = readFileSync(join(at, 'events.jsonl'));
        bytes.writeUInt8(0xff, bytes.indexOf('contentHash') + 1);
        writeFileSync(join(at, 'events.jsonl'), bytes);
      },
      () => [
        'bundle events.jsonl:1',
        `ticket ${ticket.id}`,
        'ticket ticket.json',
        ...sessions.map((id) => `approval ${id}`),
      ],
    ],
    ['brackets without end', (at) => writeFileSync(join(at, 'bundle.json'), '['.repeat(200_000)), unread],
    [
      'a leaf between two',
      (at) => writeFileSync(join(at, 'events.jsonl'), '{"hashes":[],"index":1.5,"leaf":"{}"}\n'),
      () => ['bundle events.jsonl:1', ...noEvents()],
    ],
    [
      'half a character in a leaf',
      (at) => writeFileSync(join(at, 'events.jsonl'), '{"hashes":[],"index":1,"leaf":"\\udfff"}\n'),
      () => ['bundle events.jsonl:1', ...noEvents()],
    ],
    [
      'a pipe for the key',
      (at) => {
        rmSync(join(at, 'log.vkey'));
        spawnSync('/usr/bin/mkfifo', [join(at, 'log.vkey')]);
      },
      () => ['bundle log.vkey'],
    ],
    [
      'a link that leads out',
      (at) => {
        rmSync(join(at, 'checkpoint'));
        symlinkSync(join(folder, 'whole', 'checkpoint'), join(at, 'checkpoint'));
      },
      () => ['checkpoint checkpoint'],
    ],
    [
      'a pipe for a track',
      (at) => {
        rmSync(track(at));
        spawnSync('/usr/bin/mkfifo', [track(at)]);
      },
      () => [`recording ${sessions[0]}`],
    ],
    [
      'a folder for a file',
      (at) => {
        rmSync(join(at, 'events.jsonl'));
        mkdirSync(join(at, 'events.jsonl'));
      },
      noEvents,
    ],
  ];
  test.each(cases)('%s', async (_, touch, expected) => {
    const bundle = copy();
    touch(bundle);
    expect(await bothSay(bundle, 'keys.txt')).toEqual({ verdict: 'broken', findings: [...expected()].sort() });
  });

  test.each<[string, object]>([
    ['no heads', {}],
    ['heads that are a word', { heads: 'heads' }],
    ['heads that are numbers', { heads: { screen: 1, keys: 2 } }],
  ])('an event about a recording, by a thief of the key, with %s', async (_, heads) => {
    const bundle = copy();
    changeLeaf(bundle, 'recording.opened', (leaf) => {
      leaf.details = { session: leaf.details.session ?? '', ...heads };
    });
    rewriteHistory(bundle);
    expect(await bothSay(bundle, 'keys.txt')).toEqual({
      verdict: 'broken',
      findings: sessions.map((id) => `recording ${id}`),
    });
  });
});

describe('a thief of the log’s own key (B12)', () => {
  test('signs another key’s log: found by the policy', async () => {
    expect(await bothSay(join(folder, 'whole'), 'other.txt')).toEqual({
      verdict: 'broken',
      findings: ['key log.vkey'],
    });
  });

  test('writes the history again: found by the witness, and by nobody else', async () => {
    const bundle = copy();
    changeLeaf(bundle, 'bundle.exported', (leaf) => {
      leaf.at -= 86_400_000;
    });
    rewriteHistory(bundle);
    expect(await bothSay(bundle, 'keys.txt')).toEqual({ verdict: 'anchored', findings: [] });
    expect(await bothSay(bundle, 'witnessed.txt')).toEqual({ verdict: 'broken', findings: ['witnesses checkpoint'] });
    const whole = copy();
    cosign(whole);
    expect(await bothSay(whole, 'witnessed.txt')).toEqual({ verdict: 'anchored', findings: [] });
  });

  test('cannot make a requester’s own approval look right', async () => {
    const bundle = copy();
    const asked = linesOf(bundle).find(({ leaf }) => leaf.includes('"ticket.created"'));
    const { actor } = JSON.parse(asked?.leaf ?? '{}') as Leaf;
    changeLeaf(bundle, 'ticket.approved', (leaf) => {
      leaf.actor = actor;
    });
    rewriteHistory(bundle);
    expect(await bothSay(bundle, 'keys.txt')).toEqual({ verdict: 'broken', findings: [`approval ${ticket.id}`] });
  });

  test.each(['ticket.revoked', 'ticket.withdrawn', 'ticket.closed', 'ticket.reported'])(
    'nor a session after %s',
    async (type) => {
      const bundle = copy();
      const lines = linesOf(bundle);
      const at = lines.findIndex(({ leaf }) => leaf.includes('"ticket.approved"'));
      const end = { ...(JSON.parse(lines[at]?.leaf ?? '{}') as Leaf), type };
      lines.splice(at + 1, 0, { hashes: [], index: 0, leaf: canonicalJson(end as never) });
      writeLines(bundle, lines);
      rewriteHistory(bundle);
      expect(await bothSay(bundle, 'keys.txt')).toEqual({
        verdict: 'broken',
        findings: sessions.map((id) => `approval ${id}`),
      });
    },
  );
});

describe('a ticket with companions and several windows (R13, R33)', () => {
  let bundle: string;
  let session: string;

  beforeAll(async () => {
    await site.invite({ name: 'mate', displayName: '何伴', role: 'operator', vendor: '示例软件公司' });
    const [engineer, mate] = [await site.signIn('engineer'), await site.signIn('mate')];
    const { tickets, targets, sessionLog } = site.running.services;
    const [target] = await targets.requestable(engineer);
    const now = site.clock.now();
    const windows = [
      { start: now - 1000, end: now + 3_600_000 },
      { start: now + 7_200_000, end: now + 9_000_000 },
    ];
    const draft = await tickets.create(engineer, {
      purpose: '两晚升级',
      plan: '分两次进行',
      windowStart: now - 1000,
      windowEnd: now + 9_000_000,
      windows,
      sources: ['127.0.0.1'],
      channels: [{ targetAccountId: target?.accounts[0]?.id ?? '', kinds: ['exec'] }],
      terms: { companions: [mate.account.id] },
    });
    const { shown } = await tickets.submit(engineer, draft.id);
    const head = await site.signIn('head');
    const made = await tickets.approve(head, await site.fresh(head, 'ticket.approve'), draft.id, shown?.hash ?? '');
    await site.running.supervisor.look();
    const { exit } = ssh(['-p', String(site.sshPort), 'mate@127.0.0.1', 'true'], {
      password: PASSWORD,
      code: site.code('mate'),
    });
    expect(await exit).toMatchObject({ code: 0 });
    const auditor = await site.signIn('auditor');
    const found = async () => (await sessionLog.list(auditor, { account: mate.account.id }))[0];
    while ((await found())?.endedAt === null);
    session = (await found())?.id ?? '';
    bundle = join(folder, 'companions');
    await command('export', made.number, '--out', bundle, '--data', site.folder.path);
  });
  const touched = async (type: string, change: (leaf: Leaf) => void) => {
    nth += 1;
    const at = join(folder, `copy-${nth}`);
    cpSync(bundle, at, { recursive: true });
    changeLeaf(at, type, change);
    rewriteHistory(at);
    return bothSay(at, 'keys.txt');
  };

  test('holds as it was written', async () => {
    expect(await bothSay(bundle, 'keys.txt')).toEqual({ verdict: 'anchored', findings: [] });
  });

  test('a session of somebody who was not named is found', async () => {
    const stranger = (leaf: Leaf) => Object.assign(leaf.details, { account: `acc_${'0'.repeat(26)}` });
    expect((await touched('session.opened', stranger)).findings).toEqual([`approval ${session}`]);
  });

  test('an approval by a companion is found', async () => {
    const byMate = (leaf: Leaf) => Object.assign(leaf.actor, { id: leaf.details.companions?.[0] });
    const { id } = JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8')).ticket;
    expect((await touched('ticket.approved', byMate)).findings).toEqual([`approval ${id}`]);
  });

  test('a session between two windows is found', async () => {
    const later = (leaf: Leaf) => Object.assign(leaf, { at: leaf.at + 5_400_000 });
    expect((await touched('session.opened', later)).findings).toEqual([`approval ${session}`]);
  });
});

describe('a window that was made longer while people were at work (R33)', () => {
  let bundle: string;
  let session: string;
  let number: string;

  beforeAll(async () => {
    const engineer = await site.signIn('engineer');
    const { extensions, sessionLog } = site.running.services;
    const made = await site.approvedTicket({ kinds: ['exec'], windowMs: 600_000 });
    const wish = await extensions.ask(engineer, made.id, { minutes: 60 }, '升级比预计的慢');
    const head = await site.signIn('head');
    await extensions.grant(head, await site.fresh(head, 'extension.grant'), wish.id);
    await site.running.supervisor.look();
    site.clock.push(wish.fromEnd + 1000 - site.clock.now());
    const answers = { password: PASSWORD, code: site.code('engineer') };
    expect(await ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'true'], answers).exit).toMatchObject({
      code: 0,
    });
    const auditor = await site.signIn('auditor');
    const found = async () => (await sessionLog.list(auditor, { ticket: made.id }))[0];
    while ((await found())?.endedAt === null);
    session = (await found())?.id ?? '';
    bundle = join(folder, 'extended');
    number = made.id;
    await command('export', made.number, '--out', bundle, '--data', site.folder.path);
  });
  const touched = async (touch: (at: string) => void) => {
    nth += 1;
    const at = join(folder, `copy-${nth}`);
    cpSync(bundle, at, { recursive: true });
    touch(at);
    rewriteHistory(at);
    return (await bothSay(at, 'keys.txt')).findings;
  };
  const changed = (type: string, change: (leaf: Leaf) => void) => touched((at) => changeLeaf(at, type, change));
  const retold = (type: string, details: object) => changed(type, (leaf) => void Object.assign(leaf.details, details));
  const without = (type: string) =>
    touched((at) =>
      writeLines(
        at,
        linesOf(at).filter(({ leaf }) => !leaf.includes(`"type":"${type}"`)),
      ),
    );

  test('a session in its longer part holds because of the grant, and people read of it', async () => {
    expect(await bothSay(bundle, 'keys.txt')).toEqual({ verdict: 'anchored', findings: [] });
    const { stdout } = await command('verify', bundle, '--policy', join(folder, 'keys.txt'));
    expect(stdout).toMatch(/granted more time, until|批准窗口延长至/);
  });

  test('without the grant the session is outside every window', async () => {
    expect(await without('ticket.extended')).toEqual([`approval ${session}`]);
  });

  test('a grant that nobody asked for is found', async () => {
    expect(await without('extension.asked')).toEqual([`approval ${number}`]);
    expect(await retold('extension.asked', { until: 1 })).toEqual([`approval ${number}`]);
  });

  test('a grant by who asked for the ticket is found', async () => {
    const { actor } = JSON.parse(
      linesOf(bundle).find(({ leaf }) => leaf.includes('"ticket.created"'))?.leaf ?? '{}',
    ) as Leaf;
    expect(await changed('ticket.extended', (leaf) => void Object.assign(leaf, { actor }))).toEqual([
      `approval ${number}`,
    ]);
  });

  test('a grant of another window does not cover the session, and is of none', async () => {
    expect(
      await touched((at) => {
        for (const type of ['extension.asked', 'ticket.extended'])
          changeLeaf(at, type, (leaf) => void Object.assign(leaf.details, { window: 1 }));
      }),
    ).toEqual([`approval ${session}`, `approval ${number}`].sort());
  });

  test('a window longer than seven days is found', async () => {
    const until = 8 * 86_400_000;
    expect(
      await touched((at) => {
        for (const type of ['extension.asked', 'ticket.extended'])
          changeLeaf(at, type, (leaf) => void Object.assign(leaf.details, { until: leaf.at + until }));
      }),
    ).toEqual([`approval ${number}`]);
  });

  test('a grant after the ticket was revoked is found', async () => {
    expect(
      await touched((at) => {
        const lines = linesOf(at);
        const place = lines.findIndex(({ leaf }) => leaf.includes('"type":"extension.asked"'));
        const end = { ...(JSON.parse(lines[place]?.leaf ?? '{}') as Leaf), type: 'ticket.revoked' };
        lines.splice(place + 1, 0, { hashes: [], index: 0, leaf: canonicalJson(end as never) });
        writeLines(at, lines);
      }),
    ).toEqual([`approval ${session}`, `approval ${number}`].sort());
  });
});
