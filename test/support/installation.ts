// A whole installation for tests: real database, real gateway process, real web server, real sshd as target, and one
// person per role. Everything was made through the services, as an administrator would.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import type { TermsBody } from '../../approvals/ticket/terms.ts';
import type { ChannelBody } from '../../approvals/ticket/ticket.ts';
import { type DataFolder, dataFolder, loadKeys, loadSettings, setUp } from '../../bastion/cli/data-folder.ts';
import { type Running, run } from '../../bastion/cli/running.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { FreshAct } from '../../identity/login/fresh-factor.ts';
import type { ChannelKind, Destination, FileTerms } from '../../store/core/channel-terms.ts';
import { silentLogger } from '../../store/core/logger.ts';
import type { Role } from '../../store/schema/states.ts';
import { freePort } from './free-port.ts';
import { ShiftedClock } from './shifted-clock.ts';
import { type Sshd, startSshd } from './sshd.ts';

export const PASSWORD = 'wide-river-slow-gate';
/** What an engineer reports. */
export const DONE = { outcome: 'done', notes: '已完成', configUpdated: true } as const;
const LOOPBACK = '127.0.0.1';

export interface TestInstallation {
  readonly running: Running;
  readonly folder: DataFolder;
  readonly sshd: Sshd;
  readonly clock: ShiftedClock;
  readonly sshPort: number;
  /** A code of that person that was never used; valid for the next half minute. */
  code(name: string): string;
  secret(name: string): string;
  signIn(name: string): Promise<AuthenticatedUser>;
  /** One more person, who has taken up their invitation. */
  invite(person: TestPerson): Promise<void>;
  fresh(user: AuthenticatedUser, act: FreshAct): ReturnType<Running['services']['stepUp']>;
  /** A ticket of `engineer`, submitted and approved. */
  approvedTicket(options?: TicketOptions): Promise<{ readonly id: string; readonly number: string }>;
  submittedTicket(options?: TicketOptions): Promise<{ readonly id: string; readonly read: string }>;
  stop(): Promise<void>;
}

export interface TicketOptions {
  readonly kinds?: readonly ChannelKind[];
  /** Adds the kind `sftp`. */
  readonly files?: FileTerms;
  /** Adds the kind `forward`. */
  readonly destinations?: readonly Destination[];
  readonly windowMs?: number;
  /** Otherwise the window has begun. */
  readonly startsInMs?: number;
  readonly sources?: readonly string[];
  readonly terms?: TermsBody;
  /** Otherwise `engineer`. */
  readonly requester?: string;
  /** Paths on each target account that are changed. */
  readonly changes?: readonly string[];
}

export interface TestPerson {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly vendor: string | null;
}

/** With its own target, unless one is given; its account opens with the target's key, or with certificates. */
export async function startInstallation(
  settings: object = {},
  given?: Sshd,
  credentialKind: 'private-key' | 'certificate' = 'private-key',
): Promise<TestInstallation> {
  const folder = dataFolder(mkdtempSync(join(tmpdir(), 'sluice-data-')));
  const sshd = given ?? (await startSshd());
  const sshPort = await freePort();
  setUp(folder, {
    'web.port': 0,
    'gateway.port': sshPort,
    'targets.allowLoopback': true,
    'recordings.reserveMiB': 1,
    'gateway.workers': 1,
    // A machine at work may keep a process waiting for longer than the lease that is the default.
    'gateway.leaseSeconds': 60,
    ...settings,
  });
  const clock = new ShiftedClock();
  // The codes of a test push it ahead of the target's own; a certificate of the future opens nothing there.
  if (credentialKind === 'certificate') clock.push(-900_000);
  const parts = { folder, settings: loadSettings(folder, {}), keys: loadKeys(folder), clock, logger: silentLogger };
  const running = await run(parts, false).catch(async (error: unknown) => {
    if (given === undefined) await sshd.stop();
    throw error;
  });
  const people = new TestPeople(running, clock);
  const admin = await people.createAll();
  const { services } = running;
  const target = await services.targets.add(admin, {
    name: 'app',
    host: sshd.host,
    port: sshd.port,
    hostKey: sshd.hostKey,
  });
  await services.targets.addAccount(admin, target.id, {
    login: sshd.login,
    credentialKind,
    ...(credentialKind === 'private-key' && { credential: sshd.privateKey }),
  });
  const submittedTicket = (options: TicketOptions = {}) => submitTicket(running, clock, people, options);
  return {
    running,
    folder,
    sshd,
    clock,
    sshPort,
    code: (name) => people.code(name),
    secret: (name) => people.secret(name),
    signIn: (name) => people.signIn(name),
    invite: (person) => people.invite(admin, person),
    fresh: (user, act) => services.stepUp(user, people.code(user.account.name), act),
    submittedTicket,
    async approvedTicket(options) {
      const { id, read } = await submittedTicket(options);
      const head = await people.signIn('head');
      const fresh = await services.stepUp(head, people.code('head'), 'ticket.approve');
      const ticket = await services.tickets.approve(head, fresh, id, read);
      await running.supervisor.look();
      return ticket;
    },
    async stop() {
      await running.stop();
      if (given === undefined) await sshd.stop();
      rmSync(folder.path, { recursive: true, force: true });
    },
  };
}

async function submitTicket(running: Running, clock: ShiftedClock, people: TestPeople, options: TicketOptions) {
  const { tickets, targets } = running.services;
  const engineer = await people.signIn(options.requester ?? 'engineer');
  const found = await targets.requestable(engineer);
  const start = clock.now() + (options.startsInMs ?? 0);
  const draft = await tickets.create(engineer, {
    purpose: '例行检查',
    plan: '查看日志',
    windowStart: start,
    windowEnd: start + (options.windowMs ?? 3_600_000),
    sources: options.sources ?? [LOOPBACK],
    channels: found.flatMap(({ accounts }) => accounts.map(({ id }) => channelBody(id, options))),
    terms: {
      ...options.terms,
      changes: found.flatMap(({ accounts }) => accounts.flatMap(({ id }) => changesOf(id, options))),
    },
  });
  const { id, shown } = await tickets.submit(engineer, draft.id);
  return { id, read: shown?.hash ?? '' };
}

function channelBody(targetAccountId: string, { files, destinations, ...options }: TicketOptions): ChannelBody {
  const kinds: ChannelKind[] = [...(options.kinds ?? ['shell', 'exec'])];
  if (files !== undefined) kinds.push('sftp');
  if (destinations !== undefined) kinds.push('forward');
  return { targetAccountId, kinds, files: files ?? null, destinations: destinations ?? null };
}

function changesOf(targetAccountId: string, { changes = [] }: TicketOptions) {
  return changes.map((path) => ({ targetAccountId, path, change: 'modify' as const }));
}

const CAST: readonly TestPerson[] = [
  { name: 'engineer', displayName: '林例', role: 'operator', vendor: '示例软件公司' },
  { name: 'head', displayName: '陈范', role: 'head', vendor: null },
  { name: 'section', displayName: '周样', role: 'section', vendor: null },
  { name: 'auditor', displayName: '吴审', role: 'auditor', vendor: null },
];

const STEP_MS = 30_000;

class TestPeople {
  readonly #running: Running;
  readonly #clock: ShiftedClock;
  readonly #secrets = new Map<string, string>();
  readonly #used = new Map<string, number>();

  constructor(running: Running, clock: ShiftedClock) {
    this.#running = running;
    this.#clock = clock;
  }

  async createAll(): Promise<AuthenticatedUser> {
    const founder = { name: 'admin', displayName: '何管', role: 'admin' } as const;
    const [first] = await this.#running.services.people.createFounders([founder]);
    if (first === undefined) throw new Error('expected the administrator');
    await this.#accept('admin', first.token.revealText());
    const admin = await this.signIn('admin');
    for (const person of CAST) await this.invite(admin, person);
    return admin;
  }

  async invite(admin: AuthenticatedUser, person: TestPerson): Promise<void> {
    const identity = { document: 'other', number: `no-${person.name}` } as const;
    const invited = await this.#running.services.people.invite(admin, { ...person, identity });
    await this.#accept(person.name, invited.token.revealText());
  }

  signIn(name: string): Promise<AuthenticatedUser> {
    return this.#running.services.webSignIn.signIn({ name, password: PASSWORD, code: this.code(name) }, LOOPBACK);
  }

  code(name: string): string {
    const used = this.#used.get(name) ?? 0;
    const step = Math.floor(this.#clock.now() / STEP_MS);
    if (used >= step) this.#clock.push((used + 1 - step) * STEP_MS);
    const now = Math.floor(this.#clock.now() / STEP_MS);
    this.#used.set(name, now);
    return generateSync({ secret: this.secret(name), epoch: (now * STEP_MS) / 1000 });
  }

  secret(name: string): string {
    const secret = this.#secrets.get(name);
    if (secret === undefined) throw new Error(`expected the secret of ${name}, found none`);
    return secret;
  }

  async #accept(name: string, token: string): Promise<void> {
    const { invitations } = this.#running.services;
    const { totp } = await invitations.open(token);
    this.#secrets.set(name, totp.secret.revealText());
    await invitations.accept(token, PASSWORD, this.code(name), LOOPBACK);
  }
}
