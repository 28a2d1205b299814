// Whatever changes something leaves an event: every route that is not a question, every command, every message of the
// link. The lists are the product's own; what is on none of the tables below fails here, and so does what stands there
// for nothing.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permitReading } from '../../approvals/originals/reading-permit.ts';
import { findTicket } from '../../approvals/ticket/repository.ts';
import type { EvidenceType } from '../../audit/event.ts';
import { OWN_PROCESSES, RUN } from '../../bastion/cli/command-table.ts';
import { COMMANDS } from '../../bastion/cli/usage.ts';
import { type ControllerMethods, controllerMethods } from '../../bastion/link/methods.ts';
import { createWorld } from '../approvals/world.ts';
import { DIAL_KEY, ENDED, HEADS, linked, SHELL } from '../controller/played-gateway.ts';
import { ed25519Line, HERE, PASSWORD, refusal } from '../identity/cast.ts';
import { routesDeclaredBy } from '../support/api-routes.ts';
import { command, start } from '../support/command-line.ts';
import { onEachDatabase } from '../support/databases.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { FOUNDERS } from '../support/founders.ts';
import { startInstallation } from '../support/installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Cast, COLUMNS } from '../web/cast.ts';
import { addressOf, TABLE } from '../web/route-table.ts';

/** Why something leaves none of its own. */
interface None {
  readonly none: string;
}
type Leaves = EvidenceType | None;

const ROUTES: Readonly<Record<string, Leaves>> = {
  'POST /api/v1/invitations/open': { none: 'shows what an invitation is for; it is taken up by the next' },
  'POST /api/v1/invitations/accept': 'account.activated',
  'POST /api/v1/me/keys': 'key.added',
  'POST /api/v1/me/keys/:id/remove': 'key.removed',
  'POST /api/v1/login/passkey': { none: 'a question; whoever answers it signs in by the route below' },
  'POST /api/v1/me/passkeys/question': { none: 'a question; passkey.used is its answer’s event' },
  'POST /api/v1/me/passkeys/offer': { none: 'a question; passkey.added is its answer’s event' },
  'POST /api/v1/me/passkeys': 'passkey.added',
  'POST /api/v1/me/passkeys/:id/remove': 'passkey.removed',
  'POST /api/v1/me/notices': 'notice.preferences-set',
  'POST /api/v1/tickets': 'ticket.created',
  'POST /api/v1/tickets/:id/attachments': 'ticket.attachment-added',
  'POST /api/v1/tickets/:id/attachments/:sha256/remove': 'ticket.attachment-removed',
  'POST /api/v1/tickets/:id/submit': 'ticket.submitted',
  'POST /api/v1/tickets/:id/withdraw': 'ticket.withdrawn',
  'POST /api/v1/tickets/:id/approve': 'ticket.approved',
  'POST /api/v1/tickets/:id/refuse': 'ticket.refused',
  'POST /api/v1/tickets/:id/revoke': 'ticket.revoked',
  'POST /api/v1/tickets/:id/extensions': 'extension.asked',
  'POST /api/v1/extensions/:id/grant': 'ticket.extended',
  'POST /api/v1/extensions/:id/refuse': 'extension.refused',
  'POST /api/v1/extensions/:id/withdraw': 'extension.withdrawn',
  'POST /api/v1/tickets/:id/originals/take': { none: 'no ticket here names one; its event: test/approvals/originals' },
  'POST /api/v1/tickets/:id/revise': 'ticket.revised',
  'POST /api/v1/tickets/:id/file': { none: 'this ticket needs no filing; its event: test/approvals/stages' },
  'POST /api/v1/tickets/:id/report': 'ticket.reported',
  'POST /api/v1/tickets/:id/accept': 'ticket.closed',
  'POST /api/v1/tickets/:id/send-back': 'ticket.sent-back',
  'POST /api/v1/tickets/:id/review': { none: 'this was no emergency; its event: test/approvals/emergency' },
  'POST /api/v1/deputies': 'deputy.appointed',
  'POST /api/v1/deputies/:id/end': 'deputy.ended',
  'POST /api/v1/routes/groups': 'route.set',
  'POST /api/v1/routes/groups/:id': 'route.set',
  'POST /api/v1/routes/targets/:id': 'route.target-assigned',
  'POST /api/v1/locks': 'lock.placed',
  'POST /api/v1/locks/:id/lift': 'lock.lifted',
  'POST /api/v1/freezes': 'freeze.placed',
  'POST /api/v1/freezes/:id/lift': 'freeze.lifted',
  'POST /api/v1/forms': { none: 'what somebody is still writing, for themselves alone' },
  'POST /api/v1/forms/:id': { none: 'what somebody is still writing, for themselves alone' },
  'POST /api/v1/forms/:id/discard': { none: 'what somebody is still writing, for themselves alone' },
  'POST /api/v1/sessions/:id/end': { none: 'the session has ended already; session.cut where it is live (test/wire)' },
  'POST /api/v1/sessions/:id/watch': { none: 'buys a token; watch.begun is the event when it is shown' },
  'POST /api/v1/sessions/:id/freeze': {
    none: 'the session has ended already; session.held where it is live (test/wire)',
  },
  'POST /api/v1/sessions/:id/resume': { none: 'the same; session.released where it is live' },
  'POST /api/v1/sessions/:id/say': { none: 'the same; session.told where it is live' },
  'POST /api/v1/custodians': 'custodian.appointed',
  'POST /api/v1/custodians/:id/remove': 'custodian.removed',
  'POST /api/v1/sessions/:id/unsealings': 'unsealing.asked',
  'POST /api/v1/unsealings/:id/capsule': 'unsealing.share-released',
  'POST /api/v1/unsealings/:id/share': 'unsealing.share-received',
  'POST /api/v1/sessions/:id/exports': 'export.requested',
  'POST /api/v1/record-requests/:id/approve': 'export.approved',
  'POST /api/v1/record-requests/:id/refuse': 'export.refused',
  'POST /api/v1/record-requests/:id/withdraw': 'export.withdrawn',
  'POST /api/v1/record-requests/:id/download': 'export.downloaded',
  'POST /api/v1/record-requests/:id/destroy': { none: 'not old enough here; its events: test/approvals/keeping' },
  'POST /api/v1/destructions': { none: 'not old enough here; its events: test/approvals/keeping' },
  'POST /api/v1/holds': 'hold.placed',
  'POST /api/v1/holds/:id/lift': 'hold.lifted',
  'POST /api/v1/terminals': { none: 'buys a token, and opens nothing; the gate decides when it is shown' },
  'POST /api/v1/accounts': 'account.invited',
  'POST /api/v1/accounts/:id/invite': 'account.invited',
  'POST /api/v1/accounts/:id/identity': 'account.identified',
  'POST /api/v1/accounts/:id/depart': 'account.departed',
  'POST /api/v1/targets/scan': { none: 'asks a host for its key, and keeps nothing' },
  'POST /api/v1/targets': 'target.added',
  'POST /api/v1/targets/:id/accounts': 'target-account.added',
  'POST /api/v1/login': 'login.succeeded',
  'POST /api/v1/logout': 'logout',
};

/** Questions that are on record, because the answer is what somebody did. */
const READING: Readonly<Record<string, EvidenceType>> = {
  'GET /api/v1/sessions/:id/replay': 'replay.opened',
  'GET /api/v1/search': 'search.made',
  'GET /api/v1/tickets/:id/attachments/:sha256': 'ticket.attachment-read',
  'GET /api/v1/evidence/proof': 'leaf.proved',
};

describe('every route of the API that changes something leaves an event (R18)', () => {
  let cast: Cast;
  let declared: readonly string[];

  beforeAll(async () => {
    const { made, routes } = await routesDeclaredBy(() => startInstallation());
    declared = routes;
    cast = await Cast.signIn(made);
  });
  afterAll(() => cast.site.stop());

  test('the table holds every route that is not a question, as the server declares them', () => {
    const changing = declared.filter((route) => !/^(GET|HEAD) /.test(route));
    expect(Object.keys(ROUTES).sort()).toEqual([...changing].sort());
  });

  const rows = TABLE.filter(({ route }) => route in ROUTES || route in READING);
  test.each(rows)('$route', async ({ route, expects, asks }) => {
    const column = COLUMNS.findLast((each) => each !== 'auditor' && expects[each] < 300) ?? 'auditor';
    const asked = await asks(cast, column);
    const before = await evidenceSize(cast.site);
    const client = cast.client(column);
    const address = addressOf(route, asked);
    const answer = await (route.startsWith('GET') ? client.get(address) : client.post(address, asked.body));
    expect(answer.status, JSON.stringify(answer.body)).toBe(expects[column]);
    const types = (await evidence(cast.site, before)).map(({ type }) => type);
    const leaves = ROUTES[route] ?? READING[route];
    if (typeof leaves === 'string') expect(types).toContain(leaves);
    else
      expect(types.filter((type) => !/^(log|listener|recording|session|disk)\.|^access.refused$/.test(type))).toEqual(
        [],
      );
  });

  test('and so does the command export', async () => {
    const before = await evidenceSize(cast.site);
    const out = join(temporaryFolder(), 'bundle');
    const made = await command('export', await cast.session(), '--out', out, '--data', cast.site.folder.path);
    expect(made.code, made.stderr).toBe(0);
    expect((await evidence(cast.site, before)).map(({ type }) => type)).toContain(COMMAND_LINE.export);
  });
});

type Method = keyof ControllerMethods;

const MESSAGES: Readonly<Record<Method, Leaves>> = {
  'login.start': { none: 'names who will try; what comes of it is written down by the next' },
  'login.password': 'login.failed',
  'login.offers-key': { none: 'a question: nothing was signed yet' },
  'login.key': 'login.failed',
  'login.code': 'login.succeeded',
  'login.end': 'login.failed',
  'connections.dropped': 'connections.dropped',
  'channel.request': { none: 'a yes alone opens nothing; session.opened or access.refused follows it' },
  'channel.choices': { none: 'a question' },
  'channel.not-offered': 'access.refused',
  'own.status': { none: 'a question' },
  'own.extend': 'extension.asked',
  'session.opened': 'session.opened',
  'session.credential': 'credential.released',
  'session.files': 'file.changed',
  'originals.bytes': { none: 'bytes on their way to the store; originals.listed says what they are' },
  'originals.copied': { none: 'a copy is durable; originals.listed says what it is of' },
  'originals.dropped': { none: 'a copy that is none' },
  'originals.found': { none: 'kept until the next, which writes it down' },
  'originals.ended': 'originals.copied',
  'originals.touched': 'originals.listed',
  'reading.take': { none: 'what it goes by; the next is its event' },
  'reading.opened': 'reading.opened',
  'reading.ended': 'reading.ended',
  'session.head': 'recording.head',
  'session.host-key-mismatch': 'host-key.mismatch',
  'session.ended': 'recording.sealed',
  'terminal.output': { none: 'bytes on their way to a page; the recording has them' },
  'terminal.opened': { none: 'session.opened is its event' },
  'terminal.window': { none: 'ticket.extended is its event' },
  'terminal.notice': { none: 'a sentence on its way to a page; the recording has it' },
  'terminal.ended': { none: 'session.ended is its event' },
};

onEachDatabase((under) => {
  test('every message of the link that changes something leaves an event (R18)', async () => {
    expect(Object.keys(MESSAGES).sort()).toEqual(Object.keys(controllerMethods).sort());
    const at = await createWorld(under.current());
    const { accountId: targetAccountId } = at.target;
    const { id } = await at.open({ terms: { changes: [{ targetAccountId, path: '/srv/app', change: 'modify' }] } });
    const { gateway, link } = linked(at);
    const { member } = at.engineer;
    const start = async () =>
      (await gateway.call('login.start', { name: member.name, typed: `${member.name}+root+web1`, source: HERE })).login;
    const seen = new Set<Method>();
    const size = async () => (await at.evidence()).length;
    const leaves = async (method: Method, ask: () => Promise<unknown>): Promise<void> => {
      const before = await size();
      await ask();
      seen.add(method);
      const types = (await at.evidence()).slice(before).map(({ type }) => type);
      const expected = MESSAGES[method];
      if (typeof expected === 'string') expect(types, method).toContain(expected);
      else expect(types, method).toEqual([]);
    };
    const blob = ed25519Line().line.split(' ')[1] ?? '';

    await leaves('login.start', start);
    const guess = await start();
    await leaves('login.offers-key', () => gateway.call('login.offers-key', { login: guess, blob }));
    await leaves('login.key', async () => gateway.call('login.key', { login: await start(), blob }));
    await leaves('login.password', async () =>
      gateway.call('login.password', { login: await start(), password: 'a guess' }),
    );
    const half = await start();
    await gateway.call('login.password', { login: half, password: PASSWORD });
    await leaves('login.end', () => gateway.call('login.end', { login: half }));
    const login = await start();
    await gateway.call('login.password', { login, password: PASSWORD });
    await leaves('login.code', () => gateway.call('login.code', { login, code: at.nextCode(member) }));
    await leaves('connections.dropped', () =>
      gateway.call('connections.dropped', { drops: [{ source: HERE, cause: 'too-slow', count: 1 }] }),
    );
    await leaves('channel.choices', () =>
      gateway.call('channel.choices', { login, kind: 'shell', named: { login: 'root', target: 'web1' } }),
    );
    await leaves('channel.not-offered', () => gateway.call('channel.not-offered', { login, kind: 'x11' }));
    const alone = (await gateway.call('login.start', { name: member.name, typed: member.name, source: HERE })).login;
    await gateway.call('login.password', { login: alone, password: PASSWORD });
    await gateway.call('login.code', { login: alone, code: at.nextCode(member) });
    await leaves('own.status', () => gateway.call('own.status', { login: alone }));
    const more = { ticket: null, minutes: 30, reason: '还没有完成' };
    await leaves('own.extend', () => gateway.call('own.extend', { login: alone, ...more }));
    expect(await refusal(gateway.call('own.extend', { login, ...more }))).toBe('login.unknown');
    let session = '';
    await leaves('channel.request', async () => {
      session = (await gateway.call('channel.request', { login, ...SHELL })).session;
    });
    await leaves('session.opened', () => gateway.call('session.opened', { session, heads: HEADS }));
    await leaves('session.credential', () => gateway.call('session.credential', { session, publicKey: DIAL_KEY }));
    await leaves('session.host-key-mismatch', () => gateway.call('session.host-key-mismatch', { session, got: 'x' }));
    await leaves('session.head', () => gateway.call('session.head', { session, heads: HEADS }));
    const removed = { type: 'file.changed', details: { n: 1, op: 'remove', path: '/x', code: 0 } } as const;
    await leaves('session.files', () => gateway.call('session.files', { session, events: [removed] }));
    const [copy, bytes] = [1, Buffer.from('content')];
    await leaves('originals.bytes', () => gateway.call('originals.bytes', { session, copy }, bytes));
    await leaves('originals.copied', () => gateway.call('originals.copied', { session, copy }));
    await leaves('originals.dropped', () => gateway.call('originals.dropped', { session, copy: 2 }));
    const nothing = { mode: null, size: null, modified: null, link: null, copy: null, op: null, why: null };
    const file = { ...nothing, path: '/srv/app', type: 'file' as const, copy };
    await leaves('originals.found', () => gateway.call('originals.found', { session, found: [file] }));
    await leaves('originals.ended', () => gateway.call('originals.ended', { session, failure: null }));
    const absent = { ...nothing, path: '/srv/new', type: 'absent' as const, op: 'open' };
    await leaves('originals.touched', () => gateway.call('originals.touched', { session, found: [absent] }));
    const permitted = await at.database.transaction(async (tx) => {
      const ticket = await findTicket(tx, id);
      if (ticket === undefined) throw new Error(`expected ticket ${id}`);
      return permitReading(
        tx,
        at.engineer.user,
        ticket,
        { targetAccount: targetAccountId, declared: [], alone: [] },
        at.clock.now(),
      );
    });
    const reading = permitted.facts.session;
    const read = link.read(permitted);
    await leaves('reading.take', () => gateway.call('reading.take', { reading }));
    await leaves('reading.opened', () => gateway.call('reading.opened', { session: reading, heads: HEADS }));
    const over = { session: reading, failure: null, tracks: ENDED.tracks };
    await leaves('reading.ended', () => gateway.call('reading.ended', over));
    expect(await read).toMatchObject({ items: [], failure: null });
    const [terminal, text] = ['t', { zh: '', en: '' }];
    await leaves('terminal.output', () => gateway.call('terminal.output', { terminal }));
    await leaves('terminal.opened', () => gateway.call('terminal.opened', { terminal, session, remainingMs: 1 }));
    await leaves('terminal.window', () => gateway.call('terminal.window', { terminal, remainingMs: 1 }));
    await leaves('terminal.notice', () => gateway.call('terminal.notice', { terminal, text }));
    await leaves('terminal.ended', () =>
      gateway.call('terminal.ended', { terminal, reason: 'finished', text, exitStatus: 0 }),
    );
    await leaves('session.ended', () => gateway.call('session.ended', { session, ...ENDED }));
    expect([...seen].sort()).toEqual(Object.keys(MESSAGES).sort());
  });

  test('a channel that is refused leaves an event, too (R18)', async () => {
    const at = await createWorld(under.current());
    const { gateway } = linked(at);
    const { member } = at.engineer;
    const { login } = await gateway.call('login.start', {
      name: member.name,
      typed: `${member.name}+root+web1`,
      source: HERE,
    });
    await gateway.call('login.password', { login, password: PASSWORD });
    await gateway.call('login.code', { login, code: at.nextCode(member) });
    await refusal(gateway.call('channel.request', { login, ...SHELL }));
    expect(await at.evidence('access.refused')).toHaveLength(1);
  });
});

const COMMAND_LINE: Readonly<Record<string, Leaves>> = {
  init: 'account.invited',
  serve: 'system.started',
  demo: { none: 'init and serve, with people who act through the services' },
  check: { none: 'changes nothing' },
  totp: { none: 'changes nothing' },
  export: 'bundle.exported',
  custodian: { none: 'makes a file on the custodian’s own machine; custodian.appointed is the event' },
  unseal: { none: 'asks the API, whose routes leave the events' },
  'user-ca': 'user-ca.key-prepared',
  witness: { none: 'another machine, with a state of its own' },
  checkpoint: { none: 'keeps a witness’s cosignature; an event for it would ask for the next one' },
  verify: { none: 'changes nothing' },
  version: { none: 'changes nothing' },
  gateway: { none: 'a process of ours; speaks over the link' },
  'gateway-worker': { none: 'a process of ours; speaks over the link' },
  'demo-target': { none: 'a target for the demonstration' },
};

describe('every command that changes an installation leaves an event (R18)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const data = join(folder, 'data');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const logged = (): string[] => {
    const leaves = join(data, 'evidence/leaves');
    const text = readdirSync(leaves).map((name) => readFileSync(join(leaves, name), 'utf8'));
    return text
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
  };

  test('the table holds every command, and each of them is described', () => {
    expect(Object.keys(COMMAND_LINE).sort()).toEqual([...Object.keys(RUN), ...Object.keys(OWN_PROCESSES)].sort());
    expect(Object.keys(COMMANDS).sort()).toEqual(Object.keys(RUN).sort());
  });

  test('init, user-ca and serve', async () => {
    const made = await command('init', '--data', data, ...FOUNDERS);
    expect(made.code, made.stderr).toBe(0);
    expect(logged()).toContain(COMMAND_LINE.init);
    const prepared = await command('user-ca', 'prepare', '--data', data);
    expect(prepared.code, prepared.stderr).toBe(0);
    const serving = start(['serve', '--data', data, '--http', '0', '--ssh', '0']);
    await serving.until((text) => text.includes('serves'));
    serving.child.kill('SIGTERM');
    await serving.ended;
    expect(logged()).toContain(COMMAND_LINE.serve);
    expect(logged()).toContain(COMMAND_LINE['user-ca']);
    expect(logged().at(-1)).toBe('system.stopped');
  });

  test('commands that change nothing leave nothing', async () => {
    const before = logged();
    for (const name of ['check', 'verify', 'checkpoint', 'user-ca']) await command(name, '--data', data);
    expect(logged()).toEqual(before);
  });
});
