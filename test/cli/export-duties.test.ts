// What a bundle tells of every duty: stages, deputies, emergencies, freezes, supervision, files. Each ticket went its way
// through a whole installation; then somebody who has stolen the log's key changes what the events say. Our verifier and
// the one in Python must agree on all of it.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TicketBody } from '../../approvals/ticket/ticket.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { PDF } from '../approvals/attachments/files.ts';
import { ApiClient } from '../support/api-client.ts';
import { type Leaf, leavesOf, rewriteHistory, writeLeaves } from '../support/bundle-changes.ts';
import { bothTell, type Told } from '../support/bundle-verifiers.ts';
import { command } from '../support/command-line.ts';
import { DONE, PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { liveSession, watch } from '../support/live-watch.ts';
import { type SshRun, ssh } from '../support/openssh.ts';

/** On a busy machine. */
const LATER = { timeout: 20_000, interval: 20 };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let site: TestInstallation;
let folder: string;
let nth = 0;

beforeAll(async () => {
  site = await startInstallation();
  folder = mkdtempSync(join(tmpdir(), 'sluice-duties-'));
  await site.invite({ name: 'second', displayName: '王范', role: 'head', vendor: null });
  const key = readFileSync(join(site.folder.evidence, 'log.vkey'), 'utf8');
  writeFileSync(join(folder, 'keys.txt'), `log ${key}quorum none\n`);
});
afterAll(async () => {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Made {
  readonly bundle: string;
  readonly ticket: string;
  readonly session: string;
}

async function body(engineer: AuthenticatedUser, terms: TicketBody['terms'] = {}): Promise<TicketBody> {
  const [target] = await site.running.services.targets.requestable(engineer);
  const now = site.clock.now();
  return {
    purpose: '例行升级',
    plan: '先备份，再替换',
    windowStart: now,
    windowEnd: now + HOUR,
    sources: ['127.0.0.1'],
    channels: [{ targetAccountId: target?.accounts[0]?.id ?? '', kinds: ['exec'] }],
    terms,
  };
}

async function asked(terms: TicketBody['terms'] = {}): Promise<string> {
  const { tickets } = site.running.services;
  const engineer = await site.signIn('engineer');
  const { id } = await tickets.create(engineer, await body(engineer, terms));
  await tickets.submit(engineer, id);
  return id;
}

async function approve(name: string, id: string): Promise<void> {
  const { tickets } = site.running.services;
  const by = await site.signIn(name);
  const { shown } = await tickets.get(by, id);
  await tickets.approve(by, await site.fresh(by, 'ticket.approve'), id, shown?.hash ?? '');
}

async function connect(line: string): Promise<SshRun> {
  await site.running.supervisor.look();
  const answers = { password: PASSWORD, code: site.code('engineer') };
  return ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', line], answers);
}

/** When its end is written down; then nothing of the ticket is open to the next one. */
async function exported(ticket: string): Promise<Made> {
  const { sessionLog, tickets } = site.running.services;
  const auditor = await site.signIn('auditor');
  const found = async () => (await sessionLog.list(auditor, { ticket }))[0];
  await vi.waitUntil(async () => typeof (await found())?.endedAt === 'number', LATER);
  await tickets.report(await site.signIn('engineer'), ticket, DONE);
  await tickets.accept(await site.signIn('section'), ticket);
  return { bundle: await exportOf(ticket), ticket, session: (await found())?.id ?? '' };
}

async function exportOf(ticket: string): Promise<string> {
  nth += 1;
  const bundle = join(folder, `made-${nth}`);
  const made = await command('export', ticket, '--out', bundle, '--data', site.folder.path);
  expect(made, made.stderr).toMatchObject({ code: 0 });
  return bundle;
}

type Change = (leaves: Leaf[]) => Leaf[];

async function told({ bundle }: Pick<Made, 'bundle'>, ...changes: readonly Change[]): Promise<Told> {
  nth += 1;
  const copy = join(folder, `copy-${nth}`);
  cpSync(bundle, copy, { recursive: true });
  if (changes.length > 0) {
    writeLeaves(
      copy,
      changes.reduce((leaves, change) => change(leaves), leavesOf(copy)),
    );
    rewriteHistory(copy, site.folder.keys);
  }
  return bothTell(copy, join(folder, 'keys.txt'));
}

const findings = async (made: Made, ...changes: readonly Change[]) => (await told(made, ...changes)).findings;

const without =
  (type: string): Change =>
  (leaves) =>
    leaves.filter((leaf) => leaf.type !== type);

const changed =
  (type: string, change: (leaf: Leaf, all: readonly Leaf[]) => void): Change =>
  (leaves) => {
    for (const leaf of leaves) if (leaf.type === type) change(leaf, leaves);
    return leaves;
  };

const saying = (type: string, details: Leaf['details']): Change =>
  changed(type, (leaf) => void Object.assign(leaf.details, details));

/** By whoever did the other. */
const by = (type: string, other: string): Change =>
  changed(type, (leaf, all) => {
    leaf.actor = all.find((each) => each.type === other)?.actor ?? leaf.actor;
  });

/** One more behind it, a moment later. */
const behind =
  (type: string, make: (leaf: Leaf) => Partial<Leaf>): Change =>
  (leaves) =>
    leaves.flatMap((leaf) => (leaf.type === type ? [leaf, { ...structuredClone(leaf), ...make(leaf) }] : [leaf]));

describe('a ticket of several editions, with a file, a change and a freeze ahead (R3, R5, R33)', () => {
  let made: Made;
  beforeAll(async () => {
    const { tickets, attachments, freezes, targets } = site.running.services;
    const engineer = await site.signIn('engineer');
    const [target] = await targets.requestable(engineer);
    const targetAccountId = target?.accounts[0]?.id ?? '';
    const head = await site.signIn('head');
    const now = site.clock.now();
    await freezes.place(head, { start: now + 2 * DAY, end: now + 3 * DAY, reason: '开标' });
    const id = await asked();
    await tickets.refuse(head, id, '请写明要改什么');
    const changes = [{ targetAccountId, path: join(folder, 'app.conf'), change: 'modify' as const }];
    writeFileSync(join(folder, 'app.conf'), 'old\n');
    await tickets.revise(engineer, id, await body(engineer, { changes, rollback: '换回原件' }));
    await attachments.add(engineer, id, { name: '方案.pdf', content: PDF });
    await tickets.submit(engineer, id);
    await approve('head', id);
    expect(await (await connect(`echo new > ${join(folder, 'app.conf')}`)).exit).toMatchObject({ code: 0 });
    made = await exported(id);
  });

  test('holds, and people read of every stage', async () => {
    const { ticket, session, bundle } = made;
    expect(await told(made)).toEqual({
      verdict: 'anchored',
      findings: [],
      judged: [
        `attachments ${ticket} holds`,
        `freeze ${ticket} holds`,
        `originals ${session} holds`,
        `stages ${ticket} holds`,
        `time ${session} holds`,
      ],
    });
    const { stdout } = await command('verify', bundle, '--policy', join(folder, 'keys.txt'));
    for (const words of ['refused it', 'wrote it anew', 'reported it done', 'closed it', '方案.pdf', 'copied first']) {
      expect(stdout).toContain(words);
    }
    expect(readFileSync(join(bundle, 'summary.txt'), 'utf8')).toContain('符合：');
  });

  const cases: readonly (readonly [string, readonly Change[], (made: Made) => readonly string[]])[] = [
    [
      'the second submission taken out',
      [
        (leaves) =>
          leaves.filter((leaf, at) => leaf.type !== 'ticket.submitted' || leaves[at + 1]?.type === 'ticket.refused'),
      ],
      ({ ticket }) => [`stages ${ticket}`],
    ],
    [
      'another content submitted than approved',
      [saying('ticket.submitted', { contentHash: 'f'.repeat(64) })],
      ({ ticket }) => [`stages ${ticket}`],
    ],
    [
      'an approval by an auditor',
      [saying('ticket.approved', { role: 'auditor' })],
      ({ ticket }) => [`stages ${ticket}`],
    ],
    [
      'an approval by another company',
      [saying('ticket.approved', { vendor: '示例软件公司' })],
      ({ ticket }) => [`stages ${ticket}`],
    ],
    [
      'more approved than was asked for',
      [saying('ticket.approved', { conditions: { windows: [{ start: 0, end: 9_000_000_000_000 }] } })],
      ({ ticket }) => [`freeze ${ticket}`, `stages ${ticket}`],
    ],
    [
      'a kind of session that was not agreed',
      [saying('session.opened', { kind: 'shell' })],
      ({ session }) => [`approval ${session}`],
    ],
    [
      'a freeze over all of it',
      [changed('freeze.placed', (leaf) => void Object.assign(leaf.details, { start: leaf.at, end: leaf.at + DAY }))],
      ({ ticket, session }) => [`freeze ${session}`, `freeze ${ticket}`],
    ],
    [
      'a session that went on for a day',
      [changed('session.ended', (leaf) => void Object.assign(leaf, { at: leaf.at + DAY }))],
      ({ session }) => [`time ${session}`],
    ],
    [
      'a session that went on after it was reported',
      [
        behind('session.opened', ({ details: { ticket = '' } }) => ({ type: 'ticket.reported', details: { ticket } })),
        changed('session.ended', (leaf) => void Object.assign(leaf, { at: leaf.at + 30 * 60_000 })),
      ],
      ({ session }) => [`time ${session}`],
    ],
    [
      'time to finish that nobody approved',
      [
        behind('session.opened', ({ details: { session = '' }, at }) => ({
          type: 'session.finishing',
          details: { session, until: at + HOUR },
        })),
      ],
      ({ session }) => [`time ${session}`],
    ],
    [
      'another file attached',
      [saying('ticket.attachment-added', { sha256: '0'.repeat(64) })],
      ({ ticket }) => [`attachments ${ticket}`],
    ],
    ['a file that nobody attached', [without('ticket.attachment-added')], ({ ticket }) => [`attachments ${ticket}`]],
    [
      'an original changed in its list',
      [saying('originals.listed', { items: [{ path: '/etc/passwd' }] })],
      ({ session }) => [`originals ${session}`],
    ],
    ['a list of originals taken out', [without('originals.listed')], ({ session }) => [`originals ${session}`]],
    ['other paths declared', [saying('originals.copied', { declared: [] })], ({ session }) => [`originals ${session}`]],
    ['no originals at all', [without('originals.copied')], ({ session }) => [`originals ${session}`]],
  ];
  test.each(cases)('%s is found, by both verifiers alike (R19)', async (_, changes, expected) => {
    expect(await findings(made, ...changes)).toEqual([...expected(made)].sort());
  });

  test('what the events do not say is told as not known', async () => {
    const { ticket, session } = made;
    const before = [
      saying('ticket.approved', {}),
      changed('ticket.approved', ({ details }) => void delete details.route),
    ];
    expect((await told(made, ...before)).judged).toContain(`stages ${ticket} unknown`);
    const jumped = [
      changed('session.ended', (leaf) => void Object.assign(leaf, { at: leaf.at + DAY })),
      behind('session.opened', () => ({ type: 'clock.jumped', details: { milliseconds: DAY } })),
    ];
    const { verdict, judged } = await told(made, ...jumped);
    expect([verdict, judged]).toEqual(['anchored', expect.arrayContaining([`time ${session} unknown`])]);
    expect((await told(made, without('freeze.placed'))).judged.join()).not.toContain('freeze');
  });
});

describe('a ticket that the section files and two heads approve (R4, R33)', () => {
  let made: Made;
  beforeAll(async () => {
    const { routes, tickets } = site.running.services;
    const head = await site.signIn('head');
    const fresh = () => site.fresh(head, 'route.manage');
    const { groups, targets } = await routes.addGroup(head, await fresh(), {
      name: '开标系统',
      filing: true,
      approvals: 2,
    });
    await routes.assign(head, await fresh(), targets[0]?.id ?? '', groups[0]?.id ?? '');
    const id = await asked();
    await tickets.file(await site.signIn('section'), id);
    await approve('head', id);
    await approve('second', id);
    expect(await (await connect('true')).exit).toMatchObject({ code: 0 });
    made = await exported(id);
    await routes.assign(head, await fresh(), targets[0]?.id ?? '', null);
  });

  test('holds, and names each of them', async () => {
    expect((await told(made)).judged).toContain(`stages ${made.ticket} holds`);
    expect(await findings(made)).toEqual([]);
    const { stdout } = await command('verify', made.bundle, '--policy', join(folder, 'keys.txt'));
    for (const words of ['section filed it', 'head approved it, one of several', 'second approved it']) {
      expect(stdout).toContain(words);
    }
  });

  const cases: readonly (readonly [string, readonly Change[]])[] = [
    ['an endorsement removed', [without('ticket.endorsed')]],
    ['the same head twice', [by('ticket.endorsed', 'ticket.approved')]],
    ['the filing removed', [without('ticket.filed')]],
    ['a head who also filed it', [by('ticket.filed', 'ticket.endorsed')]],
    ['filed by who asked', [by('ticket.filed', 'ticket.created')]],
    ['endorsed by who asked', [by('ticket.endorsed', 'ticket.created')]],
    ['endorsed by the section', [saying('ticket.endorsed', { role: 'section' })]],
    [
      'less required than at the submission',
      [
        without('ticket.endorsed'),
        saying('ticket.approved', { route: { approvals: 1, emergency: false, filing: true } }),
      ],
    ],
    [
      'filed only after a head had approved',
      [
        (leaves) => {
          const filed = leaves.filter(({ type }) => type === 'ticket.filed');
          return without('ticket.filed')(leaves).flatMap((leaf) =>
            leaf.type === 'ticket.endorsed' ? [leaf, ...filed] : [leaf],
          );
        },
      ],
    ],
  ];
  test.each(cases)('%s is found, by both verifiers alike (R8, R19)', async (_, changes) => {
    expect(await findings(made, ...changes)).toEqual([`stages ${made.ticket}`]);
  });
});

describe('a ticket that a deputy approves (R7, R33)', () => {
  let made: Made;
  beforeAll(async () => {
    const { deputies } = site.running.services;
    const head = await site.signIn('head');
    const { id: deputy } = (await site.signIn('section')).account;
    const now = site.clock.now();
    const days = { deputy, from: now - HOUR, until: now + 2 * DAY, reason: '出差' };
    const [appointed] = await deputies.appoint(head, await site.fresh(head, 'deputy.appoint'), days);
    const id = await asked();
    await approve('section', id);
    expect(await (await connect('true')).exit).toMatchObject({ code: 0 });
    await deputies.end(head, appointed?.id ?? '');
    made = await exported(id);
  });

  test('holds, also where the days were ended afterwards', async () => {
    const { verdict, judged } = await told(made);
    expect([verdict, judged]).toEqual(['anchored', expect.arrayContaining([`deputy ${made.ticket} holds`])]);
    expect(leavesOf(made.bundle).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['deputy.appointed', 'deputy.ended']),
    );
  });

  const cases: readonly (readonly [string, readonly Change[]])[] = [
    [
      'days that were over',
      [changed('deputy.appointed', (leaf) => void Object.assign(leaf.details, { until: leaf.at }))],
    ],
    [
      'days that had not begun',
      [changed('deputy.appointed', (leaf) => void Object.assign(leaf.details, { from: leaf.at + DAY }))],
    ],
    ['days without end', [saying('deputy.appointed', { until: 9_000_000_000_000 })]],
    ['an appointment that is not there', [without('deputy.appointed')]],
    ['an appointment by themselves', [by('deputy.appointed', 'ticket.approved')]],
    ['somebody else’s appointment', [saying('deputy.appointed', { account: `acc_${'0'.repeat(26)}` })]],
    [
      'an appointment that had been ended',
      [
        behind('deputy.appointed', ({ details }) => ({
          type: 'deputy.ended',
          details: { deputy: details.deputy ?? '' },
        })),
      ],
    ],
    [
      'in the place of who asked',
      [
        changed('ticket.approved', (leaf, all) => {
          const asker = all.find(({ type }) => type === 'ticket.created')?.actor ?? {};
          leaf.details.deputyFor = asker.id ?? '';
          for (const each of all)
            if (each.type === 'deputy.appointed') Object.assign(each, { actor: asker }).details.head = asker.id ?? '';
        }),
      ],
    ],
  ];
  test.each(cases)('%s: found, by both verifiers alike (R19)', async (_, changes) => {
    expect(await findings(made, ...changes)).toEqual([`deputy ${made.ticket}`]);
  });

  test('a deputy who comes along is found', async () => {
    const along = changed(
      'ticket.approved',
      ({ actor, details }) => void Object.assign(details, { companions: [actor.id ?? ''] }),
    );
    expect(await findings(made, along)).toEqual([`approval ${made.ticket}`, `deputy ${made.ticket}`]);
  });
});

describe('a session that has to be watched (R6, R33)', () => {
  let made: Made;
  beforeAll(async () => {
    const section = await ApiClient.signIn(site, 'section');
    const id = await asked({ supervised: true });
    await approve('head', id);
    const run = await connect('cat');
    const session = await liveSession(site);
    const view = await watch(site, section, session);
    expect((await section.post(`/api/v1/sessions/${session}/say`, { text: '请继续' })).status).toBe(204);
    run.child.stdin.write('one\n');
    await run.until((text) => text.includes('one'));
    await view.leave();
    const frozen = async () => {
      const [one] = await site.running.services.supervision.list(await site.signIn('section'));
      return one?.state;
    };
    await vi.waitUntil(async () => (await frozen()) === 'frozen', LATER);
    const back = await watch(site, section, session);
    expect((await section.post(`/api/v1/sessions/${session}/freeze`, { reason: '核对' })).status).toBe(204);
    expect((await section.post(`/api/v1/sessions/${session}/resume`)).status).toBe(204);
    run.child.stdin.end('two\n');
    expect(await run.exit).toMatchObject({ code: 0 });
    await back.closed;
    made = await exported(id);
  });

  test('holds, and says who watched, how often it was frozen and what was said', async () => {
    const { verdict, findings: found, judged } = await told(made);
    expect([verdict, found]).toEqual(['anchored', []]);
    expect(judged).toContain(`supervision ${made.session} holds`);
    const { stdout } = await command('verify', made.bundle, '--policy', join(folder, 'keys.txt'));
    expect(stdout).toMatch(/watched by section, begun at .*; frozen 2 times, 1 lines said/);
  });

  const cases: readonly (readonly [string, readonly Change[]])[] = [
    ['nobody who watched', [without('watch.begun')]],
    ['never let go on', [without('session.resumed')]],
    ['not frozen when the last one left', [without('session.frozen')]],
    ['not said to be supervised', [changed('session.opened', ({ details }) => void delete details.supervised)]],
    ['watched by who asked for it', [by('watch.begun', 'ticket.created')]],
    ['watched by another company', [saying('watch.begun', { vendor: '示例软件公司' })]],
    ['going on although it was stopped by hand', [without('session.released')]],
    [
      'a credential released before anybody came',
      [
        (leaves) => {
          const released = leaves.filter(({ type }) => type === 'credential.released');
          return without('credential.released')(leaves).flatMap((leaf) =>
            leaf.type === 'session.opened' ? [leaf, ...released] : [leaf],
          );
        },
      ],
    ],
  ];
  test.each(cases)('%s is found, by both verifiers alike (R19)', async (_, changes) => {
    expect(await findings(made, ...changes)).toEqual([`supervision ${made.session}`]);
  });

  test('without its end it is not known whether it was frozen when the last one left', async () => {
    const cut: Change = (leaves) =>
      leaves.slice(
        0,
        leaves.findIndex(({ type }) => type === 'session.frozen'),
      );
    const left: Change = (leaves) => [
      ...leaves,
      { ...structuredClone(leaves.find(({ type }) => type === 'watch.begun') as Leaf), type: 'watch.ended' },
    ];
    const { judged } = await told(made, cut, without('watch.ended'), left);
    expect(judged).toContain(`supervision ${made.session} unknown`);
  });
});

describe('an emergency (R7, R33)', () => {
  let reviewed: Made;
  let waiting: Made;
  let overdue: Made;
  beforeAll(async () => {
    const { tickets } = site.running.services;
    const opened = async () => {
      const id = await asked({ urgency: 'emergency' });
      await approve('section', id);
      await approve('head', id);
      expect(await (await connect('true')).exit).toMatchObject({ code: 0 });
      return id;
    };
    const first = await opened();
    await tickets.review(await site.signIn('second'), first, 'justified', '确属紧急');
    reviewed = await exported(first);
    waiting = await exported(await opened());
    site.clock.push(25 * HOUR);
    const { holds } = site.running.services;
    // An event of that time, by which the review is late.
    await holds.place(await site.signIn('auditor'), { ticket: waiting.ticket }, '待查');
    overdue = { ...waiting, bundle: await exportOf(waiting.ticket) };
  });

  test('is told with who opened it, and whether it was reviewed', async () => {
    for (const [made, review] of [
      [reviewed, 'holds'],
      [waiting, 'unknown'],
      [overdue, 'lacking'],
    ] as const) {
      const { verdict, findings: found, judged } = await told(made);
      expect([verdict, found]).toEqual(['anchored', []]);
      expect(judged).toEqual(
        expect.arrayContaining([`emergency ${made.ticket} holds`, `review ${made.ticket} ${review}`]),
      );
    }
    const policy = ['--policy', join(folder, 'keys.txt')];
    expect((await command('verify', reviewed.bundle, ...policy)).stdout).toContain('reviewed by second: justified');
    expect((await command('verify', overdue.bundle, ...policy)).stdout).toContain(
      'NOT done: nobody had reviewed it by',
    );
  });

  const cases: readonly (readonly [string, readonly Change[], readonly string[]])[] = [
    ['opened by one person', [without('ticket.endorsed')], ['emergency', 'stages']],
    ['opened by one person twice', [by('ticket.endorsed', 'ticket.approved')], ['emergency', 'stages']],
    [
      'opened by the section alone',
      [saying('ticket.approved', { role: 'section' }), saying('ticket.endorsed', { role: 'section' })],
      ['emergency'],
    ],
    ['an opener who reviews their own', [by('emergency.reviewed', 'ticket.approved')], ['review']],
    ['the other opener, too', [by('emergency.reviewed', 'ticket.endorsed')], ['review']],
    ['who asked reviews it', [by('emergency.reviewed', 'ticket.created')], ['review']],
    ['a review by an auditor', [saying('emergency.reviewed', { role: 'auditor' })], ['review']],
    [
      'no word of it having to be reviewed',
      [without('emergency.opened'), without('emergency.reviewed')],
      ['emergency'],
    ],
    ['a review of nothing', [without('emergency.opened')], ['emergency', 'review']],
    ['said to be a drill', [saying('emergency.opened', { drill: true })], ['emergency']],
    ['a year for its review', [saying('emergency.opened', { reviewDue: 9_000_000_000_000 })], ['emergency']],
    ['reviewed twice', [behind('emergency.reviewed', () => ({}))], ['review']],
  ];
  test.each(cases)('%s: found, by both verifiers alike (R8, R19)', async (_, changes, codes) => {
    expect(await findings(reviewed, ...changes)).toEqual(codes.map((code) => `${code} ${reviewed.ticket}`));
  });

  test('a review that was taken out is missing, and one that came late is late; the bundle holds', async () => {
    const gone = await told(reviewed, without('emergency.reviewed'));
    expect([gone.verdict, gone.judged]).toEqual([
      'anchored',
      expect.arrayContaining([`review ${reviewed.ticket} unknown`]),
    ]);
    const late = await told(
      reviewed,
      changed('emergency.reviewed', (leaf) => void Object.assign(leaf, { at: leaf.at + 2 * DAY })),
    );
    expect([late.verdict, late.judged]).toEqual([
      'anchored',
      expect.arrayContaining([`review ${reviewed.ticket} lacking`]),
    ]);
  });
});
