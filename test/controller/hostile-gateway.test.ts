// The controller's end of the link against a gateway that lies, dies, or is not heard in time.

import { expect, test } from 'vitest';
import { createWorld, type World } from '../approvals/world.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { DIAL_KEY, ENDED, HEADS, linked, SHELL, signedIn } from './played-gateway.ts';

onEachDatabase((under) => {
  const live = async (at: World) => (await at.sessions.unended()).map(({ id }) => id);

  test('connections that got no login are on record, with how many they were (R40)', async () => {
    const at = await createWorld(under.current());
    const { gateway } = linked(at);
    const drops = [{ source: '198.51.100.7', cause: 'source-not-named' as const, count: 40_000 }];
    await gateway.call('connections.dropped', { drops });
    expect(await at.evidence('connections.dropped')).toMatchObject([{ details: { drops } }]);
    const many = Array.from({ length: 65 }, () => drops[0]).filter((drop) => drop !== undefined);
    await expect(gateway.call('connections.dropped', { drops: many })).rejects.toThrow();
    expect(await at.evidence('connections.dropped')).toHaveLength(1);
  });

  test('an end that overtakes its own opening still ends the session (B18)', async () => {
    const at = await createWorld(under.current());
    await at.open();
    const slow = Promise.withResolvers<void>();
    const opened = async (...args: Parameters<World['sessions']['opened']>) => {
      await slow.promise;
      await at.sessions.opened(...args);
    };
    const { gateway } = linked(at, { sessionLog: { ...at.sessions, opened } });
    const { session } = await gateway.call('channel.request', { login: await signedIn(at, gateway), ...SHELL });
    const opening = gateway.call('session.opened', { session, heads: HEADS });
    const ending = gateway.call('session.ended', { session, ...ENDED });
    // The gateway gave up waiting for its opening, and the database takes it only now.
    slow.resolve();
    await Promise.allSettled([opening, ending]);
    expect(await live(at)).toEqual([]);
    expect(await at.evidence('session.ended')).toMatchObject([{ details: { session, reason: 'finished' } }]);
    expect(at.live.count()).toBe(0);
  });

  test('an end that the database could not take is written as soon as it can (B11)', async () => {
    const at = await createWorld(under.current());
    await at.open();
    const failed = Promise.withResolvers<void>();
    let full = true;
    const ended = async (...args: Parameters<World['sessions']['ended']>) => {
      if (!full) return at.sessions.ended(...args);
      failed.resolve();
      throw new Error('database or disk is full');
    };
    const { gateway } = linked(at, { sessionLog: { ...at.sessions, ended } });
    const { session } = await gateway.call('channel.request', { login: await signedIn(at, gateway), ...SHELL });
    await gateway.call('session.opened', { session, heads: HEADS });
    const ending = gateway.call('session.ended', { session, ...ENDED });
    await failed.promise;
    await new Promise((resolve) => setImmediate(resolve));
    expect(await live(at)).toEqual([session]);
    full = false;
    at.clock.advance(1000);
    await ending;
    expect(await live(at)).toEqual([]);
    expect(at.live.count()).toBe(0);
  });

  test('a yes that comes after the link was lost opens and keeps nothing (R1)', async () => {
    const at = await createWorld(under.current());
    await at.open();
    const slow = Promise.withResolvers<void>();
    const decided = Promise.withResolvers<void>();
    const decide = async (...args: Parameters<World['gate']['decide']>) => {
      const approved = await at.gate.decide(...args);
      decided.resolve();
      await slow.promise;
      return approved;
    };
    const { gateway, link } = linked(at, { gate: { ...at.gate, decide } });
    const asking = gateway.call('channel.request', { login: await signedIn(at, gateway), ...SHELL });
    await decided.promise;
    link.end();
    await expect(asking).rejects.toThrow();
    await link.settled;
    slow.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(at.live.count()).toBe(0);
  });

  test('a login lent to a web terminal opens that one channel once, and nothing else (B1)', async () => {
    const at = await createWorld(under.current());
    const ticket = await at.open();
    const { gateway, link, opened } = linked(at);
    const { user, member } = at.engineer;
    const fresh = await at.fresh(user, member, 'channel.open');
    const browser = { output: async () => {}, opened() {}, window() {}, notice() {}, ended() {} };
    const place = { ticketId: ticket.id, targetAccountId: at.target.accountId };
    link.open(user, fresh, { ...place, columns: 80, rows: 24 }, browser);
    const { login, terminal } = await opened;
    const own = { login, kind: 'shell', selector: { by: 'ids', ...place }, command: null, destination: null } as const;
    for (const other of [
      { login, ...SHELL },
      { ...own, kind: 'exec', command: 'cat /etc/shadow' },
      { ...own, selector: { ...own.selector, targetAccountId: 'tac_other' } },
    ] as const) {
      expect(await refusal(gateway.call('channel.request', other))).toBe('login.unknown');
    }
    const menu = { login, kind: 'shell', named: { login: null, target: null } } as const;
    expect(await refusal(gateway.call('channel.choices', menu))).toBe('login.unknown');
    await gateway.call('channel.request', own);
    expect(await refusal(gateway.call('channel.request', own))).toBe('login.unknown');
    await gateway.call('terminal.ended', { terminal, reason: 'finished', text: { zh: '', en: '' }, exitStatus: 0 });
    expect(await refusal(gateway.call('channel.not-offered', { login, kind: 'x11' }))).toBe('login.unknown');
  });

  test('a login opens what its user name says, and no other target or login (B1)', async () => {
    const at = await createWorld(under.current());
    await at.open();
    const { gateway } = linked(at);
    const login = await signedIn(at, gateway);
    for (const selector of [
      { by: 'names', login: 'root', target: 'web2' },
      { by: 'names', login: 'oracle', target: 'web1' },
      { by: 'names', login: null, target: null },
      { by: 'ids', ticketId: 'tkt_x', targetAccountId: at.target.accountId },
    ] as const) {
      expect(await refusal(gateway.call('channel.request', { login, ...SHELL, selector }))).toBe('login.unknown');
    }
    await gateway.call('channel.request', { login, ...SHELL });
  });

  test('a session of another link, or none, can be neither ended nor written about (B8)', async () => {
    const at = await createWorld(under.current());
    await at.open();
    const honest = linked(at);
    const { session } = await honest.gateway.call('channel.request', {
      login: await signedIn(at, honest.gateway),
      ...SHELL,
    });
    await honest.gateway.call('session.opened', { session, heads: HEADS });
    const { gateway } = linked(at);
    for (const lie of [
      gateway.call('session.ended', { session, ...ENDED }),
      gateway.call('session.head', { session, heads: HEADS }),
      gateway.call('session.opened', { session, heads: HEADS }),
      gateway.call('session.credential', { session, publicKey: DIAL_KEY }),
      gateway.call('session.host-key-mismatch', { session, got: 'x' }),
    ]) {
      expect(await refusal(lie)).toBe('session.not-granted');
    }
    expect(await live(at)).toEqual([session]);
    expect(await at.evidence('recording.head')).toEqual([]);
    expect(await at.evidence('credential.released')).toEqual([]);
  });
});
