// When files are read again for a report, and when not: a lock holds for that, too (R29, B1).

import { expect, test } from 'vitest';
import { createReleaseForReading, permitReading } from '../../../approvals/originals/reading-permit.ts';
import { findTicket } from '../../../approvals/ticket/repository.ts';
import { createLocks } from '../../../identity/locks/locks.ts';
import { HERE, refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { createWorld, HOUR, type World } from '../world.ts';

const KEY = 'AAAA';

onEachDatabase((under) => {
  const SCOPES = [
    ['their person', (at: World) => ({ scope: 'person', subject: at.engineer.member.id }) as const],
    ['their vendor', () => ({ scope: 'vendor', subject: '甲公司' }) as const],
    ['where they are', () => ({ scope: 'source', subject: HERE }) as const],
    ['the target', (at: World) => ({ scope: 'target', subject: at.target.id }) as const],
    ['everything', () => ({ scope: 'everything', subject: null }) as const],
  ] as const;

  test.each(SCOPES)(
    'a lock on %s lets no reading begin, and none that was to begin get a credential',
    async (_, of) => {
      const at = await createWorld(under.current());
      const { id } = await at.open();
      const permit = () =>
        at.database.transaction(async (tx) => {
          const ticket = await findTicket(tx, id);
          if (ticket === undefined) throw new Error('expected the ticket');
          const what = { targetAccount: at.target.accountId, declared: [], alone: [] };
          return permitReading(tx, at.engineer.user, ticket, what, at.clock.now());
        });
      const release = createReleaseForReading({ ...at, longestMs: 600_000 });
      const before = await permit();
      const locks = createLocks({ ...at, cutSessions: async () => [] });
      // From elsewhere: nobody shuts out the network they are in.
      const boss = await at.signIn(at.boss.member, '198.51.100.7');
      await locks.place(boss, { ...of(at), reason: '异常', endsAt: at.clock.now() + HOUR });
      expect(await refusal(permit())).toBe('access.locked');
      expect(await refusal(release(before, KEY))).toBe('access.locked');
      expect(await at.evidence('credential.released')).toEqual([]);
      at.clock.advance(HOUR);
      expect(await refusal(release(await permit(), KEY))).toBe('allowed');
    },
  );
});
