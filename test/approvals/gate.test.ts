import { sql } from 'kysely';
import { describe, expect, test, vi } from 'vitest';
import type { ChannelRequest } from '../../approvals/access/gate.ts';
import { CHANNEL_KINDS, type ChannelKind } from '../../store/core/channel-terms.ts';
import { newId } from '../../store/core/ids.ts';
import { Refusal } from '../../store/core/refusal.ts';
import { ed25519Line, HERE, refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { CREDENTIAL, createWorld, DESTINATION, EVERY_KIND, HOUR, REPORT, type World } from './world.ts';

const DOORS = ['ssh', 'web'] as const;

/** Each denial: how it comes about after a ticket is open, and the code it gives. */
const DENIALS: readonly (readonly [string, (at: World, id: string) => Promise<unknown>, Partial<ChannelRequest>?])[] = [
  ['channel.over', async (at) => at.clock.advance(3 * HOUR)],
  ['ticket.not-approved', (at, id) => at.revoke(id)],
  ['ticket.not-approved', (at, id) => at.tickets.withdraw(at.engineer.user, id)],
  ['ticket.not-approved', (at, id) => at.tickets.report(at.engineer.user, id, REPORT)],
  ['channel.source-not-agreed', async () => {}, { source: '198.51.100.1' }],
  ['channel.source-not-agreed', async () => {}, { source: '::ffff:198.51.100.1' }],
  ['channel.target-retired', (at) => alter(at, 'target', { retired_at: 1 })],
  ['channel.target-retired', (at) => alter(at, 'target_account', { retired_at: 1 })],
  ['ticket.altered', (at) => alter(at, 'target', { host: '10.20.0.6' })],
  ['ticket.altered', (at) => alter(at, 'target', { port: 2222 })],
  ['ticket.altered', (at) => alter(at, 'ticket', { sources: '["0.0.0.0/1"]' })],
  ['ticket.altered', (at) => alter(at, 'ticket', { window_end: at.clock.now() + 100 * HOUR })],
  ['account.not-active', (at) => depart(at)],
  ['centre.incomplete', (at) => emptied(at, 'auditor')],
  ['centre.incomplete', (at) => emptied(at, 'head')],
  ['channel.unknown-target', async () => {}, { selector: { by: 'names', login: 'oracle', target: 'web1' } }],
  ['channel.unknown-target', async () => {}, { selector: { by: 'names', login: null, target: 'nowhere' } }],
  [
    'channel.unknown-target',
    async () => {},
    { selector: { by: 'ids', ticketId: newId('tkt'), targetAccountId: newId('tac') } },
  ],
  ['channel.unknown-target', async () => {}, { selector: { by: 'ids', ticketId: '', targetAccountId: '\u0000' } }],
];

function alter(at: World, table: 'target' | 'target_account' | 'ticket', change: Record<string, unknown>) {
  return at.database.transaction((tx) => tx.updateTable(table).set(change).execute());
}

/** As nobody can by the services: the last of a role stays until somebody takes over. */
function emptied(at: World, role: 'auditor' | 'head') {
  const gone = { state: 'departed', departed_at: 1, password_hash: null, totp_secret: null } as const;
  return at.database.transaction((tx) => tx.updateTable('account').set(gone).where('role', '=', role).execute());
}

async function depart(at: World) {
  const fresh = await at.fresh(at.boss.user, at.boss.member, 'account.depart');
  return at.departures.depart(at.boss.user, fresh, at.engineer.member.id, '离岗');
}

onEachDatabase((under) => {
  const world = () => createWorld(under.current());

  test('an approved ticket in its window opens what it names, from where it says (R1, R2)', async () => {
    const at = await world();
    const ticket = await at.open();
    const channel = await at.gate.decide(at.engineer.user, at.request({ kind: 'exec', command: 'uptime' }));
    expect(channel).toMatchObject({
      ticket: { id: ticket.id, number: ticket.number },
      target: { name: 'web1', host: '10.20.0.5', port: 22 },
      targetAccount: { id: at.target.accountId, login: 'root' },
      kind: 'exec',
      command: 'uptime',
      source: HERE,
      via: 'ssh',
      closesAt: ticket.windowEnd,
    });
    expect(await at.gate.stillAllowed(channel)).toBeUndefined();
    expect(await at.evidence('access.refused')).toEqual([]);
  });

  test.each(DENIALS.map(([code, make, change], index) => [code, index, make, change] as const))(
    '%s (%i): refused on every door for every kind, one evidence event each (R1, R2, R17)',
    async (code, _index, make, change) => {
      const at = await world();
      const { id } = await at.open();
      await make(at, id);
      for (const via of DOORS) {
        for (const kind of CHANNEL_KINDS) {
          const before = (await at.evidence('access.refused')).length;
          const destination = kind === 'forward' ? DESTINATION : null;
          const asked = at.request({ via, kind, command: kind === 'exec' ? 'id' : null, destination, ...change });
          expect(await refusal(at.gate.decide(at.engineer.user, asked)), `${via} ${kind}`).toBe(code);
          const after = await at.evidence('access.refused');
          expect(after.length).toBe(before + 1);
          expect(after.at(-1)).toMatchObject({ details: { action: 'channel.open', code, request: { via, kind } } });
        }
      }
    },
  );

  test('a draft, a submitted and a refused ticket open nothing (R1)', async () => {
    const at = await world();
    const window = { windowStart: at.clock.now(), windowEnd: at.clock.now() + 5 * HOUR };
    const draft = await at.tickets.create(at.engineer.user, at.body(window));
    const decide = () => refusal(at.gate.decide(at.engineer.user, at.request()));
    expect(await decide()).toBe('ticket.not-approved');
    await at.tickets.submit(at.engineer.user, draft.id);
    expect(await decide()).toBe('ticket.not-approved');
    await at.tickets.refuse(at.head.user, draft.id, '不需要');
    expect(await decide()).toBe('ticket.not-approved');
  });

  test('the start belongs to the window, the end does not (R1)', async () => {
    const at = await world();
    const { windowStart, windowEnd } = await at.approved();
    const decide = () => refusal(at.gate.decide(at.engineer.user, at.request()));
    at.clock.advance(windowStart - 1 - at.clock.now());
    expect(await decide()).toBe('channel.not-yet');
    at.clock.advance(1);
    expect(await decide()).toBe('allowed');
    at.clock.advance(windowEnd - 1 - at.clock.now());
    expect(await decide()).toBe('allowed');
    at.clock.advance(1);
    expect(await decide()).toBe('channel.over');
  });

  test('the sentence tells the requester when their window opens, in the centre’s time (R1)', async () => {
    const at = await world();
    await at.approved({ windowStart: Date.UTC(2026, 2, 13, 1, 30), windowEnd: Date.UTC(2026, 2, 13, 3) });
    const answer = await at.gate.decide(at.engineer.user, at.request()).catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(Refusal);
    expect(String(answer)).toContain('opens at 2026-03-13 09:30 (GMT+8)');
  });

  test('a kind that was not agreed stays shut (R2)', async () => {
    const at = await world();
    await at.open({ channels: [{ targetAccountId: at.target.accountId, kinds: ['shell'] }] });
    expect(await refusal(at.gate.decide(at.engineer.user, at.request({ kind: 'exec' })))).toBe(
      'channel.kind-not-agreed',
    );
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('allowed');
  });

  test('each kind is agreed for itself: agreeing to all others opens nothing (R2, B1)', async () => {
    const at = await world();
    for (const kind of CHANNEL_KINDS) {
      const kinds = CHANNEL_KINDS.filter((each) => each !== kind);
      const files = kind === 'sftp' ? null : EVERY_KIND.files;
      const destinations = kind === 'forward' ? null : EVERY_KIND.destinations;
      const channels = [{ targetAccountId: at.target.accountId, kinds, files, destinations }];
      const ticket = await at.open({ channels });
      for (const asked of CHANNEL_KINDS) {
        const request = at.request({ kind: asked, destination: asked === 'forward' ? DESTINATION : null });
        const answer = await refusal(at.gate.decide(at.engineer.user, request));
        expect(answer, `${asked} without ${kind}`).toBe(asked === kind ? 'channel.kind-not-agreed' : 'allowed');
      }
      await at.tickets.withdraw(at.engineer.user, ticket.id);
    }
  });

  test('the approved channel carries the terms of its own kind and of no other (R2)', async () => {
    const at = await world();
    await at.open();
    const decide = (kind: ChannelKind) =>
      at.gate.decide(at.engineer.user, at.request({ kind, destination: { host: 'DB.internal.', port: 5432 } }));
    expect(await decide('sftp')).toMatchObject({ files: EVERY_KIND.files, destination: null });
    expect(await decide('forward')).toMatchObject({ files: null, destination: DESTINATION });
    expect(await decide('shell')).toMatchObject({ files: null, destination: null });
  });

  test.each([
    ['another port', { host: 'db.internal', port: 5433 }],
    ['no port', { host: 'db.internal', port: 0 }],
    ['a port beyond 16 bits', { host: 'db.internal', port: 65_536 + 5432 }],
    ['a longer name', { host: 'db.internal.example', port: 5432 }],
    ['a name inside', { host: 'internal', port: 5432 }],
    ['its address', { host: '10.20.0.5', port: 5432 }],
    ['localhost where 127.0.0.1 is named', { host: 'localhost', port: 80 }],
    ['a loopback address that is not named', { host: '127.0.0.2', port: 80 }],
    ['the other family', { host: '::1', port: 80 }],
    ['a number that resolvers take for an address', { host: '2130706433', port: 80 }],
    ['nothing', { host: '', port: 80 }],
    ['a wildcard', { host: '*', port: 80 }],
    ['hidden characters', { host: 'db.internal\u202e\u0000', port: 5432 }],
    ['no destination at all', null],
  ] as const)(
    'a forwarded connection goes where the ticket says: %s is refused with a record (R2, R40)',
    async (_, to) => {
      const at = await world();
      const channel = { targetAccountId: at.target.accountId, kinds: ['forward'] as const };
      await at.open({ channels: [{ ...channel, destinations: [DESTINATION, { host: '127.0.0.1', port: 80 }] }] });
      const request = at.request({ kind: 'forward', destination: to });
      expect(await refusal(at.gate.decide(at.engineer.user, request))).toBe('channel.destination-not-agreed');
      const refused = await at.evidence('access.refused');
      expect(refused).toMatchObject([
        { details: { request: { kind: 'forward', ...(to && { destination: { port: to.port } }) } } },
      ]);
    },
  );

  test.each([
    ['upper case', { host: 'DB.Internal', port: 5432 }, DESTINATION],
    ['the root dot', { host: 'db.internal.', port: 5432 }, DESTINATION],
    ['IPv6 written long', { host: '0:0:0:0:0:0:0:1', port: 443 }, { host: '::1', port: 443 }],
    ['IPv4 in IPv6', { host: '::ffff:127.0.0.1', port: 80 }, { host: '127.0.0.1', port: 80 }],
  ] as const)('a destination is known by whatever spelling: %s (R2)', async (_, asked, named) => {
    const at = await world();
    const channel = { targetAccountId: at.target.accountId, kinds: ['forward'] as const };
    await at.open({ channels: [{ ...channel, destinations: [named] }] });
    const approved = await at.gate.decide(at.engineer.user, at.request({ kind: 'forward', destination: asked }));
    expect(approved.destination).toEqual(named);
    expect(await at.gate.stillAllowed(approved)).toBeUndefined();
  });

  test.each([
    ['scp -t /tmp/x', ['upload'], [], 'allowed'],
    ['scp -t /tmp/x', ['list', 'download', 'delete'], [], 'channel.transfer-not-agreed'],
    ['scp -f /tmp/x', ['download'], [], 'allowed'],
    ['scp -f /tmp/x', ['upload'], [], 'channel.transfer-not-agreed'],
    ['scp -f /srv/x', ['download'], ['/srv'], 'channel.transfer-within-paths'],
    ['scp -f /srv/x', null, [], 'channel.transfer-not-agreed'],
    ['rsync --server . /x', ['upload'], [], 'allowed'],
    ['rsync --server --delete . /x', ['upload'], [], 'channel.transfer-not-agreed'],
    ['rsync --server --delete . /x', ['upload', 'delete'], [], 'allowed'],
    ['rsync --server --sender . /x', ['upload', 'delete'], [], 'channel.transfer-not-agreed'],
    ['/usr/lib/sftp-server', ['list', 'download', 'upload', 'delete'], [], 'channel.sftp-by-command'],
    ['ls /srv', null, [], 'allowed'],
  ] as const)('%s with rights %j below %j: %s (R2, R27, B1)', async (command, rights, paths, answer) => {
    const at = await world();
    const kinds = rights === null ? (['exec'] as const) : (['exec', 'sftp'] as const);
    const channel = { targetAccountId: at.target.accountId, kinds, files: rights && { rights, paths } };
    await at.open({ channels: [channel] });
    expect(await refusal(at.gate.decide(at.engineer.user, at.request({ kind: 'exec', command })))).toBe(answer);
    expect(await at.evidence('access.refused')).toHaveLength(answer === 'allowed' ? 0 : 1);
  });

  test('live channels are judged again by their terms: altered ones end (R2, B18)', async () => {
    const at = await world();
    await at.open();
    const live = await Promise.all(
      (['sftp', 'forward'] as const).map((kind) =>
        at.gate.decide(at.engineer.user, at.request({ kind, destination: kind === 'forward' ? DESTINATION : null })),
      ),
    );
    const rows = {
      sftp: '{"rights":["list","download","upload","delete"],"paths":[]}',
      forward: '[{"host":"evil","port":22}]',
    };
    for (const [kind, terms] of Object.entries(rows)) {
      await at.database.transaction((tx) =>
        sql`update ticket_channel set terms = ${terms} where kind = ${kind}`.execute(tx),
      );
    }
    for (const approved of live) expect(await at.gate.stillAllowed(approved)).toBe('access-changed');
    const again = at.request({ kind: 'forward', destination: { host: 'evil', port: 22 } });
    expect(await refusal(at.gate.decide(at.engineer.user, again))).toBe('ticket.altered');
  });

  test('setting the clock back does not bring a window that is over back (R1)', async () => {
    const at = await world();
    const { windowEnd } = await at.open();
    const channel = await at.gate.decide(at.engineer.user, at.request());
    at.clock.setWall(at.clock.now() - 2 * HOUR);
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('allowed');
    at.clock.advance(windowEnd - at.time.now());
    expect(at.clock.now()).toBeLessThan(windowEnd);
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('channel.over');
    expect(await at.gate.stillAllowed(channel)).toBe('window-ended');
    expect(at.jumps).toEqual([-2 * HOUR]);
    await vi.waitFor(async () => {
      expect(await at.evidence('clock.jumped')).toMatchObject([{ details: { milliseconds: -2 * HOUR } }]);
    });
  });

  test('no role but the operator’s opens a channel, whatever is named (R8)', async () => {
    const at = await world();
    const ticket = await at.open();
    const selector = { by: 'ids' as const, ticketId: ticket.id, targetAccountId: at.target.accountId };
    for (const { user } of [
      at.boss,
      at.head,
      await at.actor('auditor', 'auditor'),
      await at.actor('section', 'section'),
    ]) {
      for (const request of [at.request(), at.request({ selector, via: 'web' })]) {
        expect(await refusal(at.gate.decide(user, request))).toBe('duty.only-operators-open-channels');
      }
    }
  });

  test('somebody else’s ticket is as unknown as one that does not exist (R2)', async () => {
    const at = await world();
    const ticket = await at.open();
    const other = await at.actor('zhao-gong', 'operator');
    const ids = (ticketId: string) =>
      at.request({ selector: { by: 'ids', ticketId, targetAccountId: at.target.accountId } });
    const answers = await Promise.all(
      [ids(ticket.id), ids(newId('tkt'))].map((request) =>
        at.gate.decide(other.user, request).catch((error: unknown) => String(error)),
      ),
    );
    expect(answers[0]).toContain('channel.unknown-target');
    expect(answers[0]).toBe(answers[1]);
  });

  test('a forged user is not let near a decision (R15)', async () => {
    const at = await world();
    await at.open();
    const forged = Object.create(
      Object.getPrototypeOf(at.engineer.user),
      Object.getOwnPropertyDescriptors(at.engineer.user),
    );
    await expect(at.gate.decide(forged, at.request())).rejects.toThrow('signed in');
  });

  describe('names', () => {
    async function two() {
      const at = await world();
      const db = await at.addTarget('db1', 'oracle');
      await at.open({
        channels: [
          { targetAccountId: at.target.accountId, kinds: ['shell'] },
          { targetAccountId: db.accountId, kinds: ['shell'] },
        ],
      });
      const ask = (login: string | null, target: string | null) =>
        at.gate.decide(at.engineer.user, at.request({ selector: { by: 'names', login, target } }));
      return { at, ask };
    }

    test('that leave a choice are refused, listing what may be opened now (R2)', async () => {
      const { ask } = await two();
      const answer = await ask(null, null).catch((error: unknown) => error);
      expect(answer).toMatchObject({ code: 'channel.ambiguous' });
      expect(String(answer)).toContain('li-gong+oracle+db1\nli-gong+root+web1');
      expect((await ask(null, 'db1')).targetAccount.login).toBe('oracle');
      expect((await ask('root', null)).target.name).toBe('web1');
    });

    test('choices for a menu are one’s own open channels that fit, and leave no refusal (R2, B8)', async () => {
      const { at } = await two();
      const wish = { kind: 'shell', login: null, target: null, source: HERE } as const;
      const choices = async (change: object = {}, user = at.engineer.user) =>
        (await at.gate.choices(user, { ...wish, ...change })).map(({ login, target }) => `${login}+${target}`);
      expect(await choices()).toEqual(['oracle+db1', 'root+web1']);
      expect(await choices({ login: 'root' })).toEqual(['root+web1']);
      expect(await choices({ target: 'nowhere' })).toEqual([]);
      expect(await choices({ kind: 'exec' })).toEqual([]);
      expect(await choices({ source: '198.51.100.1' })).toEqual([]);
      expect(await choices({}, (await at.actor('zhao-gong', 'operator')).user)).toEqual([]);
      expect(await choices({}, at.head.user)).toEqual([]);
      at.clock.advance(3 * HOUR);
      expect(await choices()).toEqual([]);
      expect(await at.evidence('access.refused')).toEqual([]);
    });

    test('that fit nothing are refused, listing the same (R2)', async () => {
      const { ask } = await two();
      const answer = await ask('root', 'db1').catch((error: unknown) => error);
      expect(answer).toMatchObject({ code: 'channel.unknown-target' });
      expect(String(answer)).toContain('li-gong+oracle+db1');
    });

    test('are not needed where there is one choice (R2)', async () => {
      const at = await world();
      await at.open();
      const selector = { by: 'names' as const, login: null, target: null };
      expect((await at.gate.decide(at.engineer.user, at.request({ selector }))).target.name).toBe('web1');
    });

    test('of two tickets for the same channel the one that stays open longer decides (R1)', async () => {
      const at = await world();
      const first = await at.approved();
      const longer = await at.approved({ windowEnd: at.clock.now() + 5 * HOUR });
      at.clock.advance(first.windowStart + 10 * 60_000 - at.clock.now());
      const channel = await at.gate.decide(at.engineer.user, at.request());
      expect(channel.ticket.number).toBe(longer.number);
    });
  });

  describe('a live channel', () => {
    test.each([
      ['ticket-revoked', (at: World, id: string) => at.revoke(id)],
      ['ticket-withdrawn', (at: World, id: string) => at.tickets.withdraw(at.engineer.user, id)],
      ['closed-by-requester', (at: World, id: string) => at.tickets.report(at.engineer.user, id, REPORT)],
      ['window-ended', async (at: World) => at.clock.advance(3 * HOUR)],
      ['account-departed', (at: World) => depart(at)],
      ['access-changed', (at: World) => alter(at, 'target', { retired_at: 1 })],
      ['access-changed', (at: World) => alter(at, 'target', { host: '10.0.0.9' })],
      ['access-changed', (at: World) => alter(at, 'target', { host_key: 'ssh-ed25519 other' })],
    ] as const)('ends with %s when the decision changes (R1, R10)', async (reason, make) => {
      const at = await world();
      const { id } = await at.open();
      const channel = await at.gate.decide(at.engineer.user, at.request());
      expect(await at.gate.stillAllowed(channel)).toBeUndefined();
      await make(at, id);
      expect(await at.gate.stillAllowed(channel)).toBe(reason);
    });
  });

  describe('what may be reached', () => {
    test('is nothing without a ticket in its window, and the answer says when to look again (R1)', async () => {
      const at = await world();
      expect(await at.gate.openable()).toEqual({ sources: [], nextChangeAt: null });
      const ticket = await at.approved();
      expect(await at.gate.openable()).toEqual({ sources: [], nextChangeAt: ticket.windowStart });
      at.clock.advance(ticket.windowStart - at.clock.now());
      expect(await at.gate.openable()).toEqual({ sources: ['192.0.2.0/24', HERE], nextChangeAt: ticket.windowEnd });
      const later = await at.approved({ sources: ['10.1.0.0/16'], windowStart: at.clock.now() + HOUR / 2 });
      expect((await at.gate.openable()).nextChangeAt).toBe(later.windowStart);
      at.clock.advance(later.windowStart - at.clock.now());
      expect((await at.gate.openable()).sources).toEqual(['10.1.0.0/16', '192.0.2.0/24', HERE]);
      await at.revoke(ticket.id);
      expect((await at.gate.openable()).sources).toEqual(['10.1.0.0/16']);
      at.clock.advance(5 * HOUR);
      expect(await at.gate.openable()).toEqual({ sources: [], nextChangeAt: null });
    });
  });

  describe('a credential', () => {
    test('is released to an approved channel only, with evidence (R1, R9)', async () => {
      const at = await world();
      const { id } = await at.open();
      const channel = await at.gate.decide(at.engineer.user, at.request());
      const { blob } = ed25519Line();
      const credential = await at.release(channel, blob);
      expect(credential.kind === 'password' && credential.secret.revealText()).toBe(CREDENTIAL);
      expect(await at.evidence('credential.released')).toMatchObject([
        { actor: { name: 'li-gong' }, details: { session: channel.session, targetAccount: at.target.accountId } },
      ]);
      await at.revoke(id);
      expect(await refusal(at.release(channel, blob))).toBe('ticket.not-approved');
      expect(() => at.release({ ...channel } as never, blob)).toThrow('the gate approved');
      expect(await at.evidence('credential.released')).toHaveLength(1);
    });
  });
});
