// People and services for tests: everything real but the clock, the cost of passwords and the evidence log, which
// collects what is appended. Sign-in is the real one, so an AuthenticatedUser is never forged.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { generateSync } from 'otplib';
import type { AppendEvidence, EvidenceEvent } from '../../audit/event.ts';
import { createBrowserSessions } from '../../identity/browser/browser-sessions.ts';
import { createCertificateSigner } from '../../identity/certificates/certificate-signer.ts';
import { createUserCa } from '../../identity/certificates/user-ca.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { createStepUp, type FreshAct, type FreshFactor } from '../../identity/login/fresh-factor.ts';
import { PasskeyChallenges } from '../../identity/login/passkey-challenges.ts';
import { createPasswords } from '../../identity/login/password.ts';
import { RecentCodes } from '../../identity/login/recent-code.ts';
import { createSshLogins } from '../../identity/login/ssh-login.ts';
import { createWebSignIn } from '../../identity/login/web-sign-in.ts';
import { createInvitations } from '../../identity/people/invitations.ts';
import { createPasskeys } from '../../identity/people/passkeys.ts';
import { createPeople, type Invited } from '../../identity/people/people.ts';
import { createPublicKeys } from '../../identity/people/public-keys.ts';
import { createTargets } from '../../identity/targets/targets.ts';
import { createVault } from '../../identity/vault/vault.ts';
import { createPolicies } from '../../policies/evaluate.ts';
import { Secret } from '../../store/core/secret.ts';
import type { Database } from '../../store/database.ts';
import { createChanges } from '../../store/notify.ts';
import type { Role } from '../../store/schema/states.ts';
import { ManualClock } from '../support/manual-clock.ts';

export const PASSWORD = '维护窗口-打开-7431';
/** How long a code is remembered for a key. */
export const FRESH_MS = 600_000;
/** One person each. */
export const paper = (name: string) => ({ document: 'other', number: `no-${name}` }) as const;
export const HERE = '203.0.113.7';

export interface Member {
  readonly name: string;
  readonly totp: string;
  readonly id: AuthenticatedUser['account']['id'];
}

export type Stage = ReturnType<typeof createStage>;

const policies = createPolicies();
const passwords = createPasswords({ memoryKiB: 8, passes: 1 });

export function createStage(database: Database, start?: number, appendWith?: (clock: ManualClock) => AppendEvidence) {
  const clock = new ManualClock(start);
  // Like the real one: what a rolled-back transaction said does not stay.
  const collect: AppendEvidence = async (tx, event) => {
    const next = await tx
      .selectFrom('evidence')
      .select((is) => is.fn.countAll().as('size'))
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('evidence')
      .values({ leaf_index: Number(next.size), leaf: JSON.stringify(event) })
      .execute();
  };
  const append = appendWith?.(clock) ?? collect;
  const changes = createChanges();
  const vault = createVault(Secret.ofBytes(randomBytes(32)));
  const { authorize } = policies;
  const passkeyChallenges = new PasskeyChallenges(clock);
  const uses = { database, clock, append, changes, vault, passwords, authorize, passkeyChallenges };
  const people = createPeople(uses);
  const invitations = createInvitations(uses);
  const web = createWebSignIn(uses);
  const codes = new RecentCodes(clock, FRESH_MS);
  const ssh = createSshLogins({ ...uses, codes });
  const stepUp = createStepUp(uses);

  const code = (member: Member, steps = 0): string =>
    generateSync({ secret: member.totp, epoch: Math.floor(clock.now() / 1000) + steps * 30 });

  /** Lets the next code be a new one. */
  const nextCode = (member: Member): string => {
    clock.advance(60_000);
    return code(member);
  };

  async function join(invited: Invited): Promise<Member> {
    const token = invited.token.revealText();
    const offer = await invitations.open(token);
    const { name, id } = invited.account.person;
    const member = { name, id, totp: offer.totp.secret.revealText() };
    await invitations.accept(token, PASSWORD, code(member), HERE);
    return member;
  }

  const signIn = (member: Member, source = HERE): Promise<AuthenticatedUser> =>
    web.signIn({ name: member.name, password: PASSWORD, code: nextCode(member) }, source);

  let first: { member: Member; user: AuthenticatedUser } | undefined;
  async function admin() {
    if (first === undefined) {
      const founder = { name: 'root-admin', displayName: '周管', role: 'admin' } as const;
      const [invited] = await people.createFounders([founder]);
      if (invited === undefined) throw new Error('expected the administrator');
      const member = await join(invited);
      first = { member, user: await signIn(member) };
    }
    return first;
  }

  async function enlist(name: string, role: Role, vendor: string | null = null, person = name): Promise<Member> {
    const { user } = await admin();
    return join(
      await people.invite(user, { name, displayName: `${name} 先生`, role, vendor, identity: paper(person) }),
    );
  }

  return {
    ...uses,
    policies,
    people,
    invitations,
    web,
    ssh,
    codes,
    stepUp,
    browser: createBrowserSessions(uses),
    keys: createPublicKeys(uses),
    passkeys: createPasskeys(uses),
    targets: createTargets(uses),
    userCa: createUserCa(uses),
    signer: createCertificateSigner(uses),
    code,
    nextCode,
    signIn,
    admin,
    enlist,
    fresh: (user: AuthenticatedUser, member: Member, act: FreshAct): Promise<FreshFactor> =>
      stepUp(user, nextCode(member), act),
    async evidence(type?: EvidenceEvent['type']): Promise<EvidenceEvent[]> {
      const rows = await database.transaction((tx) =>
        tx.selectFrom('evidence').selectAll().orderBy('leaf_index').execute(),
      );
      const all = rows.map((row): EvidenceEvent => JSON.parse(row.leaf));
      return type === undefined ? all : all.filter((event) => event.type === type);
    },
  };
}

/** The wire form of a new key, and its line. */
export function ed25519Line(comment = 'laptop'): { readonly line: string; readonly blob: string } {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const blob = wire('ssh-ed25519', Buffer.from(x ?? '', 'base64url')).toString('base64');
  return { line: `ssh-ed25519 ${blob} ${comment}`, blob };
}

export function wire(...fields: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** The code of the refusal, or what else came of it. */
export async function refusal(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome;
    return 'allowed';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.name === 'Refusal') return String(error.code);
    throw error;
  }
}
