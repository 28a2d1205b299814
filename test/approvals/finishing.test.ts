// What runs when its window ends, where the ticket lets it finish: until when, and what ends it before.

import { expect, test } from 'vitest';
import type { ChannelRequest } from '../../approvals/access/gate.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createWorld } from './world.ts';

const GRACE = 600_000;

onEachDatabase((under) => {
  /** A live channel of a ticket that lets what runs finish, a moment before its window ends. */
  async function live(change: Partial<ChannelRequest>, terms: object = { finishRunning: true }) {
    const at = await createWorld(under.current());
    const ticket = await at.open({ terms });
    const channel = await at.gate.decide(at.engineer.user, at.request(change));
    const cuts: EndReason[] = [];
    const finishing: number[] = [];
    at.live.add(channel, async (reason) => void cuts.push(reason), { finishing: (until) => finishing.push(until) });
    await at.live.reconsider();
    at.clock.advance(ticket.windowEnd - 1 - at.clock.now());
    return { at, ticket, channel, cuts, finishing };
  }
  const COMMAND = { kind: 'exec', command: 'make install' } as const;

  test('a command goes on for the grace time and no longer; nothing new opens (R1)', async () => {
    const { at, ticket, channel, cuts, finishing } = await live(COMMAND);
    const late = await at.gate.decide(at.engineer.user, at.request(COMMAND));
    at.clock.advance(1);
    expect([cuts, finishing]).toEqual([[], [ticket.windowEnd + GRACE]]);
    await at.live.reconsider();
    expect(await at.gate.stillAllowed(channel)).toBeUndefined();
    expect(await refusal(at.gate.decide(at.engineer.user, at.request(COMMAND)))).toBe('channel.over');
    // Approved before, and not begun.
    expect(await refusal(at.sessions.opened(late, {}))).toBe('channel.over');
    at.clock.advance(GRACE - 1);
    await at.live.reconsider();
    expect(cuts).toEqual([]);
    at.clock.advance(1);
    expect(cuts).toEqual([]);
    await expect.poll(() => cuts).toEqual(['window-ended']);
    expect(await at.gate.stillAllowed(channel)).toBe('window-ended');
  });

  test.each([
    ['a shell', { kind: 'shell' }, { finishRunning: true }],
    ['a command whose ticket does not say so', COMMAND, {}],
  ] as const)('%s is cut with its window (R1)', async (_, change, terms) => {
    const { at, cuts, finishing } = await live(change, terms);
    at.clock.advance(1);
    await expect.poll(() => cuts).toEqual(['window-ended']);
    expect(finishing).toEqual([]);
  });

  test('what finishes is revoked like anything else (R10)', async () => {
    const { at, ticket, cuts } = await live(COMMAND);
    at.clock.advance(1);
    await at.revoke(ticket.id);
    await at.live.reconsider();
    expect(cuts).toEqual(['ticket-revoked']);
  });

  test.each(['before', 'in the middle'])(
    'a freeze that begins in the grace ends it, placed %s (R1, R5)',
    async (placed) => {
      const { at, ticket, channel, cuts, finishing } = await live(COMMAND);
      const start = ticket.windowEnd + GRACE / 2;
      const place = async () => {
        await at.freezes.place(at.head.user, { start, end: start + GRACE, reason: '开标' });
        await at.live.reconsider();
      };
      if (placed === 'before') await place();
      at.clock.advance(1);
      await expect.poll(() => finishing).toHaveLength(1);
      if (placed !== 'before') await place();
      at.clock.advance(GRACE / 2 - 1);
      expect(cuts).toEqual([]);
      at.clock.advance(1);
      await expect.poll(() => cuts).toEqual(['freeze-began']);
      expect(await at.gate.stillAllowed(channel)).toBe('freeze-began');
    },
  );

  test('a freeze inside the window gives nothing time to finish (R1, R5)', async () => {
    const { at, ticket, cuts, finishing } = await live(COMMAND);
    await at.freezes.place(at.head.user, { start: at.clock.now(), end: ticket.windowEnd + 1, reason: '开标' });
    await at.live.reconsider();
    await expect.poll(() => cuts).toEqual(['freeze-began']);
    expect(finishing).toEqual([]);
  });

  test('setting the clock back gives it no more time (B20)', async () => {
    const { at, cuts } = await live(COMMAND);
    at.clock.advance(1);
    at.clock.setWall(at.clock.now() - 3_600_000);
    at.clock.advance(GRACE);
    await expect.poll(() => cuts).toEqual(['window-ended']);
  });
});
