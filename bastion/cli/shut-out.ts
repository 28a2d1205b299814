// Ending access: what a departure and a lock do to live channels.

import type { ApprovedChannel } from '../../approvals/access/approved-channel.ts';
import type { LiveSessions } from '../../approvals/access/live-sessions.ts';
import { createDepartures, type DepartureStep, type DepartureUses } from '../../identity/departures/departures.ts';
import { isTargetLocked, type Lock, lockOn } from '../../identity/locks/lock.ts';
import { createLocks } from '../../identity/locks/locks.ts';

interface ShutOutParts {
  readonly live: LiveSessions;
  readonly steps: readonly DepartureStep[];
}

export function composeShutOut(uses: Omit<DepartureUses, 'steps' | 'cutSessions'>, { live, steps }: ShutOutParts) {
  return {
    departures: createDepartures({
      ...uses,
      steps,
      cutSessions: (account) => live.cutWhere(({ user }) => user.account.id === account, 'account-departed'),
    }),
    locks: createLocks({
      ...uses,
      cutSessions: (lock) => live.cutWhere((approved) => reaches(lock, approved), 'access-locked'),
    }),
  };
}

function reaches(lock: Lock, { user, target, source }: ApprovedChannel): boolean {
  const { id, vendor } = user.account;
  return lockOn([lock], { account: id, vendor, source }) !== undefined || isTargetLocked([lock], target.id);
}
