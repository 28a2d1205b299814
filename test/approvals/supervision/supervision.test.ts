// Who watches and who stops, and what the gateway is told of it, on both databases. The gateway's end is played.

import { expect, test } from 'vitest';
import type { Supervision } from '../../../approvals/supervision/supervision.ts';
import type { TicketBody } from '../../../approvals/ticket/ticket.ts';
import { refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { createWorld } from '../world.ts';

onEachDatabase((under) => {
  /** An open session of the engineer, and what its gateway hears. */
  async function scene(terms: TicketBody['terms'] = { supervised: true }) {
    const at = await createWorld(under.current());
    const section = await at.actor('zhou-ke', 'section');
    await at.open({ terms });
    const channel = await at.gate.decide(at.engineer.user, at.request());
    const heard: string[] = [];
    const forget = at.watched.add(channel, {
      flow: async (passing) => void heard.push(passing ? 'go' : 'stop'),
      tell: async ({ zh }) => void heard.push(zh),
      end: () => heard.push('end'),
    });
    await at.sessions.opened(channel, {});
    const state = () => at.watched.state(channel.session);
    const events = async () =>
      (await at.evidence())
        .map(({ type }) => type)
        .filter((type) => /^(watch\.|session\.(held|rel|fro|res|told))/.test(type));
    return { at, section, channel, session: channel.session, heard, forget, state, events };
  }
  const nothing = () => {};
  const settled = async (heard: readonly string[], length: number) => {
    await expect.poll(() => heard.length).toBe(length);
  };
  const watchers = async (supervision: Supervision, user: Parameters<Supervision['list']>[0]) =>
    (await supervision.list(user)).flatMap(({ watchers }) => watchers.map(({ name }) => name));

  test('a supervised session waits, goes on while somebody watches, and stops when the last one leaves (R6)', async () => {
    const { at, section, session, heard, state, events } = await scene();
    expect([state(), at.watched.mayPass(session)]).toEqual(['waiting', false]);
    const first = await at.supervision.watch(section.user, session, nothing);
    await settled(heard, 1);
    expect([state(), at.watched.mayPass(session)]).toEqual(['live', true]);
    const second = await at.supervision.watch(at.head.user, session, nothing);
    expect(await watchers(at.supervision, at.engineer.user)).toEqual(['zhou-ke', 'zhang-zhuren']);
    await first.end('left');
    expect([state(), heard]).toEqual(['live', ['go']]);
    await second.end('lost');
    await settled(heard, 2);
    expect([state(), at.watched.mayPass(session)]).toEqual(['frozen', false]);
    await expect.poll(events).toContain('session.frozen');
    await at.supervision.watch(section.user, session, nothing);
    await settled(heard, 3);
    expect(heard).toEqual(['go', 'stop', 'go']);
    await expect
      .poll(events)
      .toEqual([
        'watch.begun',
        'session.resumed',
        'watch.begun',
        'watch.ended',
        'watch.ended',
        'session.frozen',
        'watch.begun',
        'session.resumed',
      ]);
    expect((await at.evidence('watch.ended')).map(({ details }) => details)).toMatchObject([
      { session, why: 'left' },
      { session, why: 'lost' },
    ]);
  });

  test('a watcher who leaves twice has left once (R6)', async () => {
    const { at, section, session, events } = await scene();
    const watching = await at.supervision.watch(section.user, session, nothing);
    await Promise.all([watching.end('lost'), watching.end('left'), watching.end('signed-out')]);
    expect((await events()).filter((type) => type === 'watch.ended')).toHaveLength(1);
  });

  test('by hand: frozen although watched, and released only as far as somebody watches (R6)', async () => {
    const { at, section, session, heard, state, events } = await scene();
    const watching = await at.supervision.watch(section.user, session, nothing);
    await settled(heard, 1);
    await at.supervision.freeze(at.head.user, session, '先停一下');
    expect([state(), heard]).toEqual(['frozen', ['go', 'stop']]);
    expect(await at.supervision.list(section.user)).toMatchObject([
      { session, state: 'frozen', heldBy: { name: 'zhang-zhuren' }, holdReason: '先停一下' },
    ]);
    await watching.end('left');
    await at.supervision.resume(section.user, session);
    expect(state()).toBe('frozen');
    await at.supervision.watch(section.user, session, nothing);
    await settled(heard, 3);
    expect(state()).toBe('live');
    expect(await events()).toContain('session.held');
    expect(await events()).toContain('session.released');
  });

  test('a session that is not supervised goes on by itself, may be watched, and stopped by hand (R6)', async () => {
    const { at, section, session, heard, state } = await scene({});
    expect(state()).toBe('live');
    const watching = await at.supervision.watch(section.user, session, nothing);
    await watching.end('left');
    expect([state(), heard]).toEqual(['live', []]);
    await at.supervision.freeze(section.user, session, '请等一下');
    await at.supervision.resume(at.head.user, session);
    expect([state(), heard]).toEqual(['live', ['stop', 'go']]);
  });

  test('nobody of the requester’s side, and no other role, supervises; each no is on record (R6, R8)', async () => {
    const { at, session, heard } = await scene();
    const mate = await at.actor('zhao-gong', 'operator', '甲公司');
    const rival = await at.actor('qian-gong', 'operator', '乙公司');
    const auditor = await at.actor('wu-shen', 'auditor');
    const acts = [
      (user: typeof mate.user) => at.supervision.watch(user, session, nothing),
      (user: typeof mate.user) => at.supervision.mayWatch(user, session),
      (user: typeof mate.user) => at.supervision.freeze(user, session, '停'),
      (user: typeof mate.user) => at.supervision.resume(user, session),
      (user: typeof mate.user) => at.supervision.say(user, session, '好'),
    ];
    for (const [{ user }, code] of [
      [at.engineer, 'duty.supervises-own-session'],
      [mate, 'session.absent'],
      [rival, 'session.absent'],
      [auditor, 'role.not-allowed'],
      [at.boss, 'session.absent'],
    ] as const) {
      const before = (await at.evidence('access.refused')).length;
      for (const act of acts) expect(await refusal(act(user))).toBe(code);
      expect((await at.evidence('access.refused')).length - before).toBe(acts.length);
    }
    expect(heard).toEqual([]);
    expect(await at.evidence('watch.begun')).toEqual([]);
  });

  test('a line is for the engineer and the record, one line long (R6)', async () => {
    const { at, section, session, heard } = await scene({});
    await at.supervision.say(section.user, session, '请不要动 配置');
    expect(heard).toEqual([expect.stringMatching(/^监督人 .+：请不要动 配置$/)]);
    expect((await at.evidence('session.told'))[0]).toMatchObject({ details: { session, text: '请不要动 配置' } });
    for (const text of ['', 'a\nb', '\u001b[2J', 'x'.repeat(501), '\u202eabc']) {
      expect(await refusal(at.supervision.say(section.user, session, text))).toBe('text.refused');
    }
  });

  test('what is over is neither watched nor stopped; its watchers are told (R6)', async () => {
    const { at, section, session, forget } = await scene();
    const over = Promise.withResolvers<void>();
    await at.supervision.watch(section.user, session, over.resolve);
    forget();
    await over.promise;
    expect(await refusal(at.supervision.watch(section.user, session, nothing))).toBe('session.over');
    expect(await refusal(at.supervision.freeze(section.user, session, '停'))).toBe('session.over');
    expect(await refusal(at.supervision.say(section.user, session, '好'))).toBe('session.over');
    // Of the one that came too late the end is on record as well.
    expect((await at.evidence('watch.ended')).at(-1)).toMatchObject({ details: { why: 'session-over' } });
  });

  test('a gateway that does not say that nothing passes loses the session (R6)', async () => {
    const { at, section } = await scene({});
    const other = await at.gate.decide(at.engineer.user, at.request());
    const ended = Promise.withResolvers<void>();
    at.watched.add(other, {
      flow: () => Promise.reject(new Error('no answer, injected')),
      tell: async () => {},
      end: () => ended.resolve(),
    });
    await at.sessions.opened(other, {});
    await at.supervision.freeze(section.user, other.session, '停');
    await ended.promise;
  });

  test('a log that cannot be written to lets nothing go on, and stops all the same (B11)', async () => {
    const { at, section, session, heard, state } = await scene();
    const watching = await at.supervision.watch(section.user, session, nothing);
    await settled(heard, 1);
    let broken = true;
    const { transaction } = at.database;
    Object.assign(at.database, {
      transaction: (work: never) => (broken ? Promise.reject(new Error('disk full, injected')) : transaction(work)),
    });
    await expect(watching.end('left')).rejects.toThrow('disk full');
    await settled(heard, 2);
    expect([state(), heard.at(-1)]).toEqual(['frozen', 'stop']);
    broken = false;
    Object.assign(at.database, { transaction });
    await at.supervision.watch(section.user, session, nothing);
    await settled(heard, 3);
    expect(heard.at(-1)).toBe('go');
  });
});
