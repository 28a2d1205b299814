// How the demonstration gets its content: by the same acts people would do, through the same services. Nothing is
// inserted, nothing is dated back.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Database } from '../../store/database.ts';
import type { WebServices } from '../../web/services.ts';
import { ADMIN, type Character, HEAD, INVITED, OPERATOR, PASSWORD, TARGET_LOGIN, TARGET_NAME } from './cast.ts';
import type { CodeBook } from './code-book.ts';
import { doMaintenance } from './maintenance.ts';

export interface StoryParts {
  readonly services: WebServices;
  readonly clock: Clock;
  readonly codes: CodeBook;
  /** The SSH port while it is open; awaits the gateway first. */
  readonly openPort: () => Promise<number>;
  readonly target: {
    readonly host: string;
    readonly port: number;
    readonly hostKey: string;
    readonly privateKey: string;
  };
  readonly say: (line: string) => void;
}

const LOOPBACK = '127.0.0.1';
const MINUTE = 60_000;

/** The first start: people, target, one maintenance from asking to closing. */
export async function tellStory(parts: StoryParts): Promise<void> {
  const { services, say } = parts;
  say('creating five people, each by a one-time link 创建五个账号');
  const [first] = await services.people.createFounders([ADMIN]);
  if (first === undefined) throw new Error('expected the administrator');
  await accept(parts, ADMIN, first.token.revealText());
  const admin = await signIn(parts, ADMIN);
  for (const character of INVITED) {
    const invited = await services.people.invite(admin, character);
    await accept(parts, character, invited.token.revealText());
  }
  say('registering the demo target and its credential 登记演示资产');
  await addTarget(parts, admin);
  say('one maintenance from asking to closing, through the gateway 走完一张工单：报送、批准、维护、关闭');
  const engineer = await signIn(parts, OPERATOR);
  await firstMaintenance(parts, engineer);
  await fileWaitingTicket(parts, engineer);
}

/** A later start: sees to it that there is something to approve. Signs in only where there is not. */
export async function continueStory(parts: StoryParts, database: Database): Promise<void> {
  const soon = parts.clock.now() + 10 * MINUTE;
  const waiting = await database.transaction((tx) =>
    tx
      .selectFrom('ticket')
      .select('id')
      .where('state', '=', 'submitted')
      .where('window_end', '>', soon)
      .executeTakeFirst(),
  );
  if (waiting === undefined) await fileWaitingTicket(parts, await signIn(parts, OPERATOR));
}

async function accept(
  { services, codes }: StoryParts,
  { name }: Pick<Character, 'name'>,
  token: string,
): Promise<void> {
  const { totp } = await services.invitations.open(token);
  codes.add(name, totp.secret.revealText());
  await services.invitations.accept(token, PASSWORD, await codes.next(name), LOOPBACK);
}

async function signIn({ services, codes }: StoryParts, { name }: Pick<Character, 'name'>): Promise<AuthenticatedUser> {
  return services.webSignIn.signIn({ name, password: PASSWORD, code: await codes.next(name) }, LOOPBACK);
}

async function addTarget({ services, target }: StoryParts, admin: AuthenticatedUser): Promise<void> {
  const { host, port, hostKey, privateKey } = target;
  const { id } = await services.targets.add(admin, { name: TARGET_NAME, host, port, hostKey });
  const account = { login: TARGET_LOGIN, credentialKind: 'private-key', credential: privateKey } as const;
  await services.targets.addAccount(admin, id, account);
}

async function firstMaintenance(parts: StoryParts, engineer: AuthenticatedUser): Promise<void> {
  const { services, clock, codes } = parts;
  const draft = await services.tickets.create(engineer, {
    purpose: '打开开标列表的缓存，解决“开标列表打开慢”',
    plan: '1. 查看日志，确认慢查询\n2. 把 conf/opening.conf 的 list.cache_seconds 由 0 改为 30\n3. 核对改动并退出\n回退：改回 0。',
    windowStart: clock.now(),
    windowEnd: clock.now() + 30 * MINUTE,
    ...(await everything(parts, engineer)),
  });
  const ticket = await services.tickets.submit(engineer, draft.id);
  const head = await signIn(parts, HEAD);
  const fresh = await services.stepUp(head, await codes.next(HEAD.name), 'ticket.approve');
  await services.tickets.approve(head, fresh, ticket.id, ticket.shown?.hash ?? '');
  await doMaintenance(clock, {
    port: await parts.openPort(),
    userName: OPERATOR.name,
    password: PASSWORD,
    code: () => codes.next(OPERATOR.name),
  });
  await services.tickets.report(engineer, ticket.id, {
    outcome: 'done',
    notes: '缓存由 0 秒改为 30 秒，列表恢复正常。没有其他改动。',
    configUpdated: true,
  });
  await services.tickets.accept(head, ticket.id);
}

async function fileWaitingTicket(parts: StoryParts, engineer: AuthenticatedUser): Promise<void> {
  const { services, clock } = parts;
  const draft = await services.tickets.create(engineer, {
    purpose: '复查缓存效果，清理开标列表的旧日志',
    plan: '1. 查看 logs/opening.log，确认没有新的慢查询\n2. 把 7 天前的日志压缩归档\n回退：解压归档。',
    windowStart: clock.now(),
    windowEnd: clock.now() + 8 * 60 * MINUTE,
    ...(await everything(parts, engineer)),
  });
  await services.tickets.submit(engineer, draft.id);
}

/** Shell, commands and files, all but deleting, on every target account there is, from this machine. */
async function everything({ services }: StoryParts, engineer: AuthenticatedUser) {
  const targets = await services.targets.requestable(engineer);
  return {
    sources: [LOOPBACK],
    channels: targets.flatMap(({ accounts }) =>
      accounts.map(({ id }) => ({
        targetAccountId: id,
        kinds: ['shell', 'exec', 'sftp'] as const,
        files: { rights: ['list', 'download', 'upload'] as const, paths: [] },
      })),
    ),
  };
}
