// A centre with one engineer, one head and one target, on top of the cast. What the composition root does, in small.

import { clockJumped } from '../../approvals/access/clock-jumped.ts';
import { createEndSession } from '../../approvals/access/end-session.ts';
import { type ChannelRequest, createGate } from '../../approvals/access/gate.ts';
import { createLiveSessions } from '../../approvals/access/live-sessions.ts';
import { createReleaseCredential } from '../../approvals/access/release-credential.ts';
import { createPermitReplay } from '../../approvals/access/replay-permit.ts';
import { createSessionLog } from '../../approvals/access/session-log.ts';
import { createWindowTime } from '../../approvals/access/window-time.ts';
import { createDepartureStep } from '../../approvals/departure-step.ts';
import { createDeputies } from '../../approvals/deputies/service.ts';
import { createOwnAffairs } from '../../approvals/extensions/own-affairs.ts';
import { createExtensions } from '../../approvals/extensions/service.ts';
import { createForms } from '../../approvals/forms/forms.ts';
import { createFreezes } from '../../approvals/freeze/service.ts';
import { createRouteArrangements, type GroupBody } from '../../approvals/routes/service.ts';
import { createSupervision } from '../../approvals/supervision/supervision.ts';
import { WatchedSessions } from '../../approvals/supervision/watched-sessions.ts';
import type { NarrowingBody } from '../../approvals/ticket/narrowing.ts';
import { createTickets } from '../../approvals/ticket/service.ts';
import type { TicketBody } from '../../approvals/ticket/ticket.ts';
import { createDepartures } from '../../identity/departures/departures.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { CHANNEL_KINDS } from '../../store/core/channel-terms.ts';
import { silentLogger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';
import { createStage, ed25519Line, HERE, type Member } from '../identity/cast.ts';

export const HOUR = 3_600_000;
export const CREDENTIAL = 'S3cret-of-the-server';

export const DESTINATION = { host: 'db.internal', port: 5432 };
export const EVERY_KIND = {
  kinds: CHANNEL_KINDS,
  files: { rights: ['list', 'download'], paths: ['/srv/app'] },
  destinations: [DESTINATION],
} as const;

export const REPORT = { outcome: 'done', notes: '已完成，核对无误', configUpdated: true } as const;

export interface Actor {
  readonly member: Member;
  readonly user: AuthenticatedUser;
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** `appendWith`: another log than the one that only collects. */
export async function createWorld(database: Database, appendWith?: Parameters<typeof createStage>[2]) {
  const stage = createStage(database, undefined, appendWith);
  const { clock } = stage;
  const timeZone = 'Asia/Shanghai';
  const jumps: number[] = [];
  const writeJump = clockJumped({ ...stage, logger: silentLogger });
  const time = createWindowTime(clock, (jump) => {
    jumps.push(jump);
    writeJump(jump);
  });
  const uses = { ...stage, time, timeZone, finishMs: 600_000, logger: silentLogger };
  const tickets = createTickets(uses);
  const extensions = createExtensions(uses);
  const gate = createGate(uses);
  const sessions = createSessionLog({ ...uses, gate });
  const live = createLiveSessions({ ...uses, gate });
  const watched = new WatchedSessions(uses);
  const departures = createDepartures({
    ...stage,
    steps: [createDepartureStep(stage.append)],
    cutSessions: (account) => live.cutWhere(({ user }) => user.account.id === account, 'account-departed'),
  });

  /** `person`: who came under another name before. */
  const actor = async (
    name: string,
    role: Parameters<typeof stage.enlist>[1],
    vendor: string | null = null,
    person = name,
  ) => {
    const member = await stage.enlist(name, role, vendor, person);
    return { member, user: await stage.signIn(member) };
  };
  const admin = await stage.admin();
  const engineer = await actor('li-gong', 'operator', '甲公司');
  const head = await actor('zhang-zhuren', 'head');
  await stage.enlist('xu-shenji', 'auditor');

  async function addTarget(name: string, login = 'root', withCertificates = false) {
    const hostKey = ed25519Line().line;
    const { id } = await stage.targets.add(admin.user, { name, host: '10.20.0.5', port: 22, hostKey });
    const account = withCertificates
      ? { login, credentialKind: 'certificate' as const }
      : { login, credentialKind: 'password' as const, credential: CREDENTIAL };
    const { accounts } = await stage.targets.addAccount(admin.user, id, account);
    const [first] = accounts;
    if (first === undefined) throw new Error('expected the account that was added');
    return { id, name, login, accountId: first.id };
  }
  const target = await addTarget('web1');

  const body = (change: Partial<TicketBody> = {}): TicketBody => ({
    purpose: '升级开标系统',
    plan: '1. 备份\n2. 升级\n3. 核对',
    windowStart: clock.now() + HOUR,
    windowEnd: clock.now() + 3 * HOUR,
    sources: [HERE, '192.0.2.0/24'],
    channels: [{ targetAccountId: target.accountId, ...EVERY_KIND }],
    ...change,
  });

  async function submitted(change: Partial<TicketBody> = {}, by: Actor = engineer) {
    const draft = await tickets.create(by.user, body(change));
    const ticket = await tickets.submit(by.user, draft.id);
    return { ...ticket, read: ticket.shown?.hash ?? '' };
  }
  async function approve(id: string, read: string, by: Actor = head, narrow: NarrowingBody = {}) {
    return tickets.approve(by.user, await stage.fresh(by.user, by.member, 'ticket.approve'), id, read, narrow);
  }
  async function approved(change: Partial<TicketBody> = {}, by: Actor = engineer) {
    const { id, read } = await submitted(change, by);
    return approve(id, read);
  }
  /** Approved, and the clock is one minute into its window. */
  async function open(change: Partial<TicketBody> = {}, by: Actor = engineer) {
    const ticket = await approved(change, by);
    clock.advance(ticket.windowStart + 60_000 - clock.now());
    return ticket;
  }

  const request = (change: Partial<ChannelRequest> = {}): ChannelRequest => ({
    kind: 'shell',
    selector: { by: 'names', login: 'root', target: 'web1' },
    command: null,
    destination: null,
    source: HERE,
    via: 'ssh',
    ...change,
  });

  /** Reported and accepted. */
  async function close(id: string, by: Actor = engineer) {
    await tickets.report(by.user, id, REPORT);
    return tickets.accept(head.user, id);
  }

  const routes = createRouteArrangements(uses);
  /** The target's tickets pass what this says from now on. */
  async function group(asks: Omit<GroupBody, 'name'>, targetId = target.id) {
    const fresh = () => stage.fresh(head.user, head.member, 'route.manage');
    const { groups } = await routes.addGroup(head.user, await fresh(), { name: `组 ${targetId.slice(-6)}`, ...asks });
    const id = groups.at(-1)?.id ?? '';
    await routes.assign(head.user, await fresh(), targetId, id);
    return id;
  }

  return {
    ...stage,
    close,
    group,
    routes,
    deputies: createDeputies(uses),
    freezes: createFreezes(uses),
    forms: createForms(uses),
    timeZone,
    time,
    jumps,
    tickets,
    extensions,
    ownAffairs: createOwnAffairs({ ...uses, tickets, sessions, extensions }),
    gate,
    sessions,
    live,
    watched,
    supervision: createSupervision({ ...uses, watched }),
    departures,
    release: createReleaseCredential({ ...uses, gate }),
    endSession: createEndSession({ ...uses, sessions, live }),
    permitReplay: createPermitReplay(uses),
    actor,
    boss: { member: admin.member, user: admin.user },
    engineer,
    head,
    target,
    addTarget,
    body,
    submitted,
    approve,
    approved,
    open,
    request,
    revoke: async (id: string) =>
      tickets.revoke(head.user, await stage.fresh(head.user, head.member, 'ticket.revoke'), id, '立即停止'),
  };
}
