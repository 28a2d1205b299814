import { describe, expect, test } from 'vitest';
import type { ApprovedChannel } from '../../approvals/access/approved-channel.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import { newId } from '../../store/core/ids.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createWorld, HOUR, REPORT, type World } from './world.ts';

const HEADS = { screen: 'ab', keys: 'cd' };
const END = {
  reason: 'finished' as EndReason,
  exitStatus: 0,
  exitSignal: null,
  recordedBytes: 1234,
  tracks: { screen: { head: 'ef', frames: 3, bytes: 1234 } },
};

onEachDatabase((under) => {
  const world = () => createWorld(under.current());

  async function started() {
    const at = await world();
    const ticket = await at.open();
    const channel = await at.gate.decide(at.engineer.user, at.request());
    await at.sessions.opened(channel, HEADS);
    return { at, ticket, channel };
  }

  /** Adds the channel with a cut that closes when told, and says what happened to it. */
  function adding(at: World, channel: ApprovedChannel) {
    const reasons: EndReason[] = [];
    const closing = Promise.withResolvers<void>();
    const cut = Promise.withResolvers<EndReason>();
    const remove = at.live.add(channel, (reason) => {
      reasons.push(reason);
      cut.resolve(reason);
      return closing.promise;
    });
    return { reasons, remove, cut: cut.promise, closed: () => closing.resolve() };
  }

  test('a session is written down when it opens and once when it ends, with its recording (R17)', async () => {
    const { at, ticket, channel } = await started();
    await at.sessions.recordingHead(channel.session, HEADS);
    at.clock.advance(5000);
    const ends = await Promise.all([
      at.sessions.ended(channel.session, END),
      at.sessions.ended(channel.session, { ...END, reason: 'fault' }),
      at.sessions.ended(channel.session, END),
    ]);
    expect(ends.filter((first) => first)).toHaveLength(1);
    const said = (await at.evidence()).map(({ type }) => type).filter((type) => /^(session|recording)\./.test(type));
    expect(said).toEqual(['session.opened', 'recording.opened', 'recording.head', 'session.ended', 'recording.sealed']);
    expect(await at.sessions.get(at.head.user, channel.session)).toMatchObject({
      ticket: { number: ticket.number, purpose: '升级开标系统' },
      account: { name: 'li-gong' },
      target: 'web1',
      login: 'root',
      kind: 'shell',
      recordedBytes: 1234,
      exitStatus: 0,
    });
  });

  test('a recording that could not be sealed says nothing of being sealed (R18)', async () => {
    const { at, channel } = await started();
    await at.sessions.ended(channel.session, { ...END, reason: 'recorder-failed', recordedBytes: null, tracks: null });
    expect(await at.evidence('session.ended')).toHaveLength(1);
    expect(await at.evidence('recording.sealed')).toEqual([]);
  });

  test('a recording begun for a session that never opened is known to the log once it is written there (R19)', async () => {
    const { at, channel } = await started();
    const [begun, other] = [newId('ses'), newId('ses')];
    const all = [channel.session, begun, other];
    expect(await at.sessions.unknown(all)).toEqual([begun, other]);
    await at.sessions.neverOpened(begun, END.tracks, 'recovered');
    expect(await at.evidence('recording.recovered')).toMatchObject([{ details: { session: begun } }]);
    expect(await at.sessions.unknown(all)).toEqual([other]);
  });

  test('nothing opens that was revoked a moment ago (R1)', async () => {
    const at = await world();
    const { id } = await at.open();
    const channel = await at.gate.decide(at.engineer.user, at.request());
    await at.revoke(id);
    expect(await refusal(at.sessions.opened(channel, HEADS))).toBe('ticket.not-approved');
    expect(await at.evidence('session.opened')).toEqual([]);
    expect(await at.sessions.unended()).toEqual([]);
  });

  test('operators see their own sessions; what is not theirs does not exist (R8)', async () => {
    const { at, channel } = await started();
    const other = await at.actor('zhao-gong', 'operator');
    expect((await at.sessions.list(at.engineer.user)).map(({ id }) => id)).toEqual([channel.session]);
    expect(await at.sessions.list(other.user)).toEqual([]);
    for (const id of [channel.session, newId('ses'), 'x']) {
      expect(await refusal(at.sessions.get(other.user, id))).toBe('session.absent');
    }
    expect(await refusal(at.sessions.list(at.boss.user))).toBe('role.not-allowed');
    expect(await refusal(at.sessions.get(at.boss.user, channel.session))).toBe('session.absent');
  });

  test('the list filters by ticket, account and being live, newest first', async () => {
    const { at, ticket, channel } = await started();
    at.clock.advance(1000);
    const second = await at.gate.decide(at.engineer.user, at.request());
    await at.sessions.opened(second, HEADS);
    await at.sessions.ended(channel.session, END);
    const ids = async (filter: Parameters<typeof at.sessions.list>[1]) =>
      (await at.sessions.list(at.head.user, filter)).map(({ id }) => id);
    expect(await ids({})).toEqual([second.session, channel.session]);
    expect(await ids({ live: true })).toEqual([second.session]);
    expect(await ids({ live: false })).toEqual([channel.session]);
    expect(await ids({ ticket: ticket.id, account: at.engineer.member.id })).toHaveLength(2);
    expect(await ids({ ticket: "'; drop table session" })).toEqual([]);
    expect((await at.sessions.unended()).map(({ id }) => id)).toEqual([second.session]);
    expect([...(await at.sessions.liveByAccount())]).toEqual([[at.engineer.member.id, 1]]);
    expect(await at.tickets.get(at.head.user, ticket.id)).toMatchObject({ sessions: 2, liveSessions: 1 });
  });

  test('only an auditor replays, and each opening is evidence (R22)', async () => {
    const { at, channel } = await started();
    const auditor = await at.actor('auditor', 'auditor');
    expect((await at.permitReplay(auditor.user, channel.session)).session.id).toBe(channel.session);
    expect(await at.evidence('replay.opened')).toHaveLength(1);
    expect(await refusal(at.permitReplay(at.head.user, channel.session))).toBe('duty.only-auditors-see-records');
    expect(await refusal(at.permitReplay(at.engineer.user, channel.session))).toBe('duty.only-auditors-see-records');
    expect(await refusal(at.permitReplay(at.boss.user, channel.session))).toBe('session.absent');
    expect(await refusal(at.permitReplay(auditor.user, newId('ses')))).toBe('session.absent');
    expect(await at.evidence('replay.opened')).toHaveLength(1);
    expect(await at.evidence('access.refused')).toHaveLength(4);
  });

  describe('a live session', () => {
    test.each([
      ['ticket-revoked', (at: World, id: string) => at.revoke(id)],
      ['ticket-withdrawn', (at: World, id: string) => at.tickets.withdraw(at.engineer.user, id)],
      ['closed-by-requester', (at: World, id: string) => at.tickets.report(at.engineer.user, id, REPORT)],
    ] as const)('is cut with %s when the gate is asked again (R1)', async (reason, make) => {
      const { at, ticket, channel } = await started();
      const session = adding(at, channel);
      await at.live.reconsider();
      expect(session.reasons).toEqual([]);
      await make(at, ticket.id);
      session.closed();
      await at.live.reconsider();
      expect(session.reasons).toEqual([reason]);
    });

    test('is cut by a departure, measured to the moment both sides are closed (R10)', async () => {
      const { at, channel } = await started();
      const session = adding(at, channel);
      const fresh = await at.fresh(at.boss.user, at.boss.member, 'account.depart');
      const departing = at.departures.depart(at.boss.user, fresh, at.engineer.member.id, '离岗');
      expect(await session.cut).toBe('account-departed');
      at.clock.advance(42);
      session.closed();
      expect((await departing).sessions).toEqual([
        { session: channel.session, target: 'web1', login: 'root', closedAfterMs: 42 },
      ]);
    });

    test('ends with its window by the monotonic clock, though the wall clock was set back (R1)', async () => {
      const { at, ticket, channel } = await started();
      const left = ticket.windowEnd - at.clock.now();
      const session = adding(at, channel);
      at.clock.setWall(at.clock.now() - 5 * HOUR);
      at.clock.advance(left - 1);
      expect(session.reasons).toEqual([]);
      at.clock.advance(1);
      expect(await session.cut).toBe('window-ended');
    });

    test('is asked about right after it was added: a revocation just before is not missed (R1)', async () => {
      const { at, ticket, channel } = await started();
      await at.revoke(ticket.id);
      expect(await adding(at, channel).cut).toBe('ticket-revoked');
    });

    test('is cut once, whatever arrives together, and all wait for the same end (R10)', async () => {
      const { at, ticket, channel } = await started();
      const session = adding(at, channel);
      await at.revoke(ticket.id);
      const all = Promise.all([
        at.live.reconsider(),
        at.live.cutWhere(() => true, 'cut-by-head'),
        at.live.cutWhere(() => true, 'shutdown'),
      ]);
      await session.cut;
      session.closed();
      const [, one, two] = await all;
      expect(session.reasons).toHaveLength(1);
      expect([one.length, two.length]).toEqual([1, 1]);
    });

    test('that does not close, or fails to, is reported and holds up nobody (R10)', async () => {
      const { at, channel } = await started();
      const stuck = adding(at, channel);
      const second = await at.gate.decide(at.engineer.user, at.request());
      at.live.add(second, () => {
        throw new Error('socket is gone');
      });
      const cutting = at.live.cutWhere(() => true, 'shutdown');
      await stuck.cut;
      at.clock.advance(10_000);
      expect((await cutting).map(({ closedAfterMs }) => closedAfterMs)).toEqual([null, null]);
    });

    test('is counted by ticket and account until it is removed', async () => {
      const { at, ticket, channel } = await started();
      const { remove } = adding(at, channel);
      expect(at.live.count()).toBe(1);
      expect(at.live.count({ ticket: ticket.id, account: at.engineer.member.id })).toBe(1);
      expect(at.live.count({ ticket: newId('tkt') })).toBe(0);
      remove();
      expect(at.live.count()).toBe(0);
      expect(await at.live.cutWhere(() => true, 'shutdown')).toEqual([]);
    });

    test('is ended by hand by its own person, the head or the section, and by nobody else (R6)', async () => {
      const { at, channel } = await started();
      const end = (who: { user: typeof at.head.user }) =>
        refusal(at.endSession(who.user, channel.session, '不符合方案'));
      expect(await end(await at.actor('auditor', 'auditor'))).toBe('role.not-allowed');
      expect(await end(at.boss)).toBe('session.absent');
      expect(await end(await at.actor('zhao-gong', 'operator'))).toBe('session.absent');
      for (const [who, reason] of [
        [at.engineer, 'closed-by-requester'],
        [at.head, 'cut-by-head'],
        [await at.actor('section', 'section'), 'cut-by-head'],
      ] as const) {
        const session = adding(at, channel);
        session.closed();
        expect(await end(who)).toBe('allowed');
        expect(session.reasons).toEqual([reason]);
        session.remove();
      }
      const cuts = (await at.evidence('session.cut')).map(({ actor, details }) => ({ actor, details }));
      expect(cuts).toMatchObject(
        ['li-gong', 'zhang-zhuren', 'section'].map((name) => ({
          actor: { kind: 'account', name },
          details: { session: channel.session, reason: '不符合方案' },
        })),
      );
    });

    test('is in the evidence as cut before anything is closed, and not once it is over (R17)', async () => {
      const { at, channel } = await started();
      const session = adding(at, channel);
      const ending = at.endSession(at.head.user, channel.session, '停下');
      await session.cut;
      expect(await at.evidence('session.cut')).toHaveLength(1);
      session.closed();
      await ending;
      await at.sessions.ended(channel.session, END);
      session.remove();
      expect(await at.endSession(at.head.user, channel.session, '停下')).toBeUndefined();
      expect(await at.evidence('session.cut')).toHaveLength(1);
    });

    test('is cut when the gate cannot answer (R1)', async () => {
      const { at, channel } = await started();
      const session = adding(at, channel);
      session.closed();
      await at.database.close();
      await at.live.reconsider();
      expect(['access-changed']).toEqual(session.reasons);
    });
  });
});
