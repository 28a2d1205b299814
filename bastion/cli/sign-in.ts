// Joins what concerns proving who one is: the doors, the second factor given again, passkeys, browser sessions.

import { createBrowserSessions } from '../../identity/browser/browser-sessions.ts';
import { createStepUp } from '../../identity/login/fresh-factor.ts';
import { PasskeyChallenges } from '../../identity/login/passkey-challenges.ts';
import { createPasswords } from '../../identity/login/password.ts';
import { RecentCodes } from '../../identity/login/recent-code.ts';
import type { SecondFactorUses } from '../../identity/login/second-factor.ts';
import { createSshLogins } from '../../identity/login/ssh-login.ts';
import { createWebSignIn } from '../../identity/login/web-sign-in.ts';
import { createInvitations } from '../../identity/people/invitations.ts';
import { createPasskeys, type PasskeyUses } from '../../identity/people/passkeys.ts';

type Services = Omit<SecondFactorUses & PasskeyUses, 'passkeyChallenges'>;

/** `codeFreshMinutes`: how long a code is remembered for a key. */
export function composeSignIn(services: Services, { codeFreshMinutes }: { readonly codeFreshMinutes: number }) {
  const { clock } = services;
  const uses = { ...services, passwords: createPasswords(), passkeyChallenges: new PasskeyChallenges(clock) };
  const codes = new RecentCodes(clock, codeFreshMinutes * 60_000);
  return {
    sshLogins: createSshLogins({ ...uses, codes }),
    people: {
      webSignIn: createWebSignIn(uses),
      browserSessions: createBrowserSessions(uses),
      stepUp: createStepUp(uses),
      passkeys: createPasskeys(uses),
      invitations: createInvitations(uses),
    },
  };
}
