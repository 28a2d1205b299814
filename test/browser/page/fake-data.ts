// Fictitious people, tickets, sessions and one recording for the fake API.

import type { PublicKey } from '../../../web/contract/login.ts';
import type { Account, Target, TrustedKey } from '../../../web/contract/people.ts';
import type { EvidenceHead, ReplayEvent, ReplayPage, Session } from '../../../web/contract/sessions.ts';
import type { RequestableTarget, Ticket } from '../../../web/contract/tickets.ts';
import type { Person, Role } from '../../../web/contract/words.ts';

export const NOW = Date.now();
const HOUR = 3_600_000;
const HASH = '9c417e20b6d1f3a8c5e2097b4d6a81f0c3e5d7b92a4f6081c3e5a7092b4de07b';

export const peopleByRole: Record<Role, Person> = {
  operator: person('p-op', 'operator', '演示·林例', 'operator', '演示·示例软件公司'),
  head: person('p-head', 'head', '演示·陈主任', 'head', null),
  auditor: person('p-aud', 'auditor', '演示·吴审', 'auditor', null),
  admin: person('p-adm', 'admin', '演示·郑管', 'admin', null),
  section: person('p-sec', 'section', '演示·周样', 'section', null),
};

export interface Data {
  tickets: Ticket[];
  readonly draft: Ticket;
  readonly requestable: RequestableTarget[];
  readonly sessions: Session[];
  readonly accounts: Account[];
  readonly targets: Target[];
  readonly trustedKeys: TrustedKey[];
  readonly keys: PublicKey[];
  readonly evidence: EvidenceHead;
}

export function demoData(): Data {
  const tickets = demoTickets();
  return {
    tickets,
    draft: ticket({ id: 't-draft', state: 'draft', purpose: '草稿', submittedAt: null }),
    requestable: [
      {
        id: 'g1',
        name: '演示·开标应用 2 号',
        accounts: [
          { id: 'a1', login: 'ops' },
          { id: 'a2', login: 'root' },
        ],
      },
      { id: 'g2', name: '演示·开标数据库主库', accounts: [{ id: 'a3', login: 'dba' }] },
    ],
    sessions: demoSessions(),
    accounts: demoAccounts(),
    targets: demoTargets(),
    trustedKeys: [trustedKey('signing', 'AAAAC3NzaC1lZDI1NTE5AAAAIKx7pVn2')],
    keys: [
      {
        id: 'k1',
        algorithm: 'ssh-ed25519',
        fingerprint: 'SHA256:uX1nq0bV7m2Jr9cQe5sWk8ZtY3hLp6oD4gFaBiCxKdM',
        comment: 'linli@laptop',
        createdAt: NOW - 40 * 24 * HOUR,
      },
    ],
    evidence: {
      size: 18_342,
      checkpoint:
        'sluice.example/log\n18342\nq7mX0b2Vt1nJr9cQe5sWk8ZtY3hLp6oD4gFaBiCxKdM=\n\n— sluice.example/log a9c1f2Zr3mGxWc0g9yq1uT4pVn7fJ2kLs8dHb5eXo6aQ==',
      verifierKey: 'sluice.example/log+a9c1f2b3+AZr3mGxWc0g9yq1uT4pVn7fJ2kLs8dHb5eXo6aQiCwYM',
    },
  };
}

function person(id: string, name: string, displayName: string, role: Role, vendor: string | null): Person {
  return { id, name, displayName, role, vendor };
}

const TERMS: Ticket['terms'] = {
  urgency: 'planned',
  contract: null,
  companions: [],
  impact: 'none',
  notice: null,
  risk: 'low',
  rollback: '',
  changes: [],
  tools: [],
  attachments: [],
  supervised: false,
  finishRunning: false,
};

const SHOWN: Ticket['shown'] = {
  summary: [
    {
      zh: '示例软件公司的林例要登录 2 台服务器：演示·开标应用 2 号、演示·开标数据库主库',
      en: '林例 of 示例软件公司 wants to log in on 2 servers: 演示·开标应用 2 号, 演示·开标数据库主库',
    },
  ],
  lights: [
    {
      code: 'forwards',
      level: 'amber',
      sentence: { zh: '可从服务器连到别处', en: 'connections may go on from the server to elsewhere' },
    },
  ],
  differences: [{ zh: '以前没有申请过：转发网络连接', en: 'not asked for before: forward connections' }],
  hash: HASH.split('').reverse().join(''),
};

function ticket(fields: Partial<Ticket>): Ticket {
  const made = ticketAsked(fields);
  const { supervised, changes, finishRunning } = made.terms;
  const windows = fields.windows ?? [{ start: made.windowStart, end: made.windowEnd }];
  const { channels } = made;
  return {
    ...made,
    windows,
    inForce: { windows, channels, supervised, changes, finishRunning, withoutBackup: null, ...fields.inForce },
  };
}

function ticketAsked(fields: Partial<Ticket>): Omit<Ticket, 'windows' | 'inForce'> {
  return {
    id: 't',
    number: 'BG-20261122-03',
    state: 'submitted',
    window: 'before',
    requester: peopleByRole.operator,
    purpose: '解决开标列表打开慢',
    plan: '1. 备份现有配置\n2. 调整连接池上限，由 50 改为 120\n3. 重启应用，观察 10 分钟\n4. 如有异常，还原备份并重启',
    windowStart: NOW + 3 * HOUR,
    windowEnd: NOW + 5 * HOUR,
    sources: ['203.0.113.7'],
    terms: TERMS,
    channels: [
      {
        targetAccountId: 'a1',
        target: '演示·开标应用 2 号',
        login: 'ops',
        kinds: ['exec', 'sftp', 'shell'],
        files: { rights: ['list', 'upload'], paths: ['/srv/app', '/etc/nginx/conf.d'] },
        destinations: null,
      },
      {
        targetAccountId: 'a3',
        target: '演示·开标数据库主库',
        login: 'dba',
        kinds: ['forward', 'shell'],
        files: null,
        destinations: [
          { host: '127.0.0.1', port: 5432 },
          { host: '::1', port: 8443 },
        ],
      },
    ],
    contentHash: HASH,
    approver: null,
    decidedAt: null,
    decisionReason: null,
    submittedAt: NOW - 15 * 60_000,
    closedAt: null,
    edition: 1,
    route: { filing: false, approvals: 1, emergency: false },
    filed: null,
    approvals: [],
    report: null,
    accepted: null,
    shown: SHOWN,
    emergencyReview: null,
    createdAt: NOW - HOUR,
    liveSessions: 0,
    sessions: 0,
    closedBefore: 3,
    newTargets: ['演示·开标数据库主库'],
    commands: [],
    ...fields,
  };
}

function demoTickets(): Ticket[] {
  const approved = { state: 'approved', approver: peopleByRole.head, decidedAt: NOW - HOUR } as const;
  return [
    ticket({ id: 't-wait' }),
    ticket({
      id: 't-wait2',
      number: 'BG-20261122-04',
      purpose: '更换证书',
      windowEnd: NOW + 14 * HOUR,
      sources: ['198.51.100.0/24'],
      closedBefore: 0,
      newTargets: ['演示·开标应用 2 号'],
      channels: [
        {
          targetAccountId: 'a2',
          target: '演示·开标应用 2 号',
          login: 'root',
          kinds: ['exec'],
          files: null,
          destinations: null,
        },
      ],
    }),
    ticket({
      ...approved,
      id: 't-open',
      number: 'BG-20261122-02',
      purpose: '升级评标系统补丁',
      window: 'inside',
      windowStart: NOW - HOUR,
      windowEnd: NOW + 1.2 * HOUR,
      liveSessions: 1,
      sessions: 2,
      newTargets: [],
      commands: [
        'ssh -p 2222 operator+ops+kaibiao-app-2@sluice.example',
        'ssh -p 2222 operator+dba+kaibiao-db-1@sluice.example',
      ],
    }),
    ticket({
      ...approved,
      id: 't-soon',
      number: 'BG-20261122-05',
      purpose: '核对归档任务',
      windowStart: NOW + 26 * HOUR,
      windowEnd: NOW + 27 * HOUR,
      newTargets: [],
    }),
    ticket({
      ...approved,
      id: 't-lapsed',
      number: 'BG-20261120-01',
      purpose: '清理日志分区',
      window: 'after',
      windowStart: NOW - 50 * HOUR,
      windowEnd: NOW - 48 * HOUR,
      sessions: 1,
      newTargets: [],
    }),
    ticket({
      id: 't-refused',
      number: 'BG-20261119-02',
      state: 'refused',
      approver: peopleByRole.head,
      decidedAt: NOW - 70 * HOUR,
      decisionReason: '当晚有开标，请改到周六。',
      purpose: '重启应用服务器',
    }),
    ticket({
      ...approved,
      id: 't-closed',
      number: 'BG-20261112-01',
      state: 'closed',
      window: 'after',
      purpose: '修复投标文件上传失败',
      windowStart: NOW - 240 * HOUR,
      windowEnd: NOW - 238 * HOUR,
      closedAt: NOW - 238 * HOUR,
      report: { outcome: 'done', notes: '已修复，观察一天无异常。', configUpdated: true, at: NOW - 239 * HOUR },
    }),
  ];
}

function demoSessions(): Session[] {
  const base: Session = {
    id: 's-live',
    ticket: { id: 't-open', number: 'BG-20261122-02', purpose: '升级评标系统补丁' },
    account: peopleByRole.operator,
    target: '演示·开标应用 2 号',
    login: 'ops',
    kind: 'shell',
    via: 'web',
    source: '203.0.113.7',
    command: null,
    destination: null,
    startedAt: NOW - 12 * 60_000,
    endedAt: null,
    endReason: null,
    exitStatus: null,
    exitSignal: null,
    recordedBytes: null,
  };
  return [
    base,
    {
      ...base,
      id: 's-done',
      via: 'ssh',
      startedAt: NOW - 40 * 60_000,
      endedAt: NOW - 38 * 60_000,
      endReason: 'finished',
      exitStatus: 0,
      recordedBytes: 48_213,
    },
    {
      ...base,
      id: 's-exec',
      kind: 'exec',
      via: 'ssh',
      command: 'df -h /data && systemctl status kaibiao',
      startedAt: NOW - 50 * HOUR,
      endedAt: NOW - 50 * HOUR + 3000,
      endReason: 'finished',
      exitStatus: 3,
      recordedBytes: 912,
    },
    {
      ...base,
      id: 's-sftp',
      kind: 'sftp',
      via: 'ssh',
      startedAt: NOW - 52 * HOUR,
      endedAt: NOW - 52 * HOUR + 240_000,
      endReason: 'finished',
      exitStatus: 0,
      recordedBytes: 0,
    },
    {
      ...base,
      id: 's-forward',
      kind: 'forward',
      via: 'ssh',
      destination: '[2001:db8::1]:5432',
      startedAt: NOW - 51 * HOUR,
      endedAt: NOW - 51 * HOUR + 9000,
      endReason: 'finished',
      recordedBytes: 4096,
    },
    {
      ...base,
      id: 's-crashed',
      target: '演示·开标数据库主库',
      login: 'dba',
      startedAt: NOW - 50 * HOUR,
      endedAt: NOW - 50 * HOUR + 600_000,
      endReason: 'gateway-lost',
      recordedBytes: null,
    },
    {
      ...base,
      id: 's-broken',
      target: '演示·开标数据库主库',
      login: 'dba',
      startedAt: NOW - 49 * HOUR,
      endedAt: NOW - 48 * HOUR,
      endReason: 'cut-by-head',
      recordedBytes: 2_310_442,
    },
  ];
}

function demoAccounts(): Account[] {
  const active = (each: Person, liveSessions = 0): Account => ({
    person: each,
    state: 'active',
    createdAt: NOW - 900 * HOUR,
    departedAt: null,
    invitationExpiresAt: null,
    liveSessions,
  });
  const invitedPerson = person('p-new', 'yanshi-he', '演示·何新', 'operator', '演示·另一家公司');
  const gone = person('p-gone', 'yanshi-xu', '演示·许离', 'operator', '演示·示例软件公司');
  return [
    active(peopleByRole.operator, 1),
    active(peopleByRole.head),
    active(peopleByRole.auditor),
    active(peopleByRole.admin),
    active(peopleByRole.section),
    { ...active(invitedPerson), state: 'invited', invitationExpiresAt: NOW + 20 * HOUR },
    { ...active(gone), state: 'departed', departedAt: NOW - 100 * HOUR },
  ];
}

function demoTargets(): Target[] {
  const hostKey = {
    port: 22,
    hostKeyFingerprint: 'SHA256:Zr3mGxWc0g9yq1uT4pVn7fJ2kLs8dHb5eXo6aQiCwYM',
    hostKeyAlgorithm: 'ssh-ed25519',
    createdAt: NOW,
  };
  return [
    {
      ...hostKey,
      id: 'g1',
      name: '演示·开标应用 2 号',
      host: '192.0.2.12',
      accounts: [
        { id: 'a1', login: 'ops', credentialKind: 'certificate', createdAt: NOW },
        { id: 'a2', login: 'root', credentialKind: 'password', createdAt: NOW },
      ],
    },
    { ...hostKey, id: 'g2', name: '演示·开标数据库主库', host: 'db1.kaibiao.example', accounts: [] },
  ];
}

export function trustedKey(state: TrustedKey['state'], blob: string): TrustedKey {
  return { line: `ssh-ed25519 ${blob} sluice-user-ca-2026-11-22`, fingerprint: `SHA256:${blob}`, state, madeAt: NOW };
}

const PAGE_SIZE = 40;

/** A short working session, in pages; `s-broken` says it is not intact, `s-crashed` where it broke off. */
export function recordingOf(id: string, from: number): ReplayPage {
  const events = id === 's-exec' ? execEvents() : shellEvents();
  const next = from + PAGE_SIZE < events.length ? from + PAGE_SIZE : null;
  return {
    columns: 80,
    rows: 24,
    durationMs: events.at(-1)?.at ?? 0,
    events: events.slice(from, from + PAGE_SIZE),
    next,
    live: false,
    start: null,
    integrity:
      id === 's-broken'
        ? { intact: false, problem: { zh: '第 17 帧与前一帧接不上。', en: 'Frame 17 does not follow frame 16.' } }
        : { intact: true, ...(id === 's-crashed' && { brokenOff: true }) },
    keys: 'unguarded',
  };
}

function shellEvents(): ReplayEvent[] {
  const events: ReplayEvent[] = [];
  let at = 0;
  const prompt = '\x1b[32mops@kaibiao-app-2\x1b[0m:\x1b[34m~\x1b[0m$ ';
  const out = (text: string) => events.push({ at, kind: 'output', data: base64(text) });
  const type = (line: string) => {
    for (const key of `${line}\r`) {
      at += 90;
      events.push({ at, kind: 'input', data: base64(key) });
      out(key === '\r' ? '\r\n' : key);
    }
  };
  out(prompt);
  for (const [line, answer] of [
    [
      'cd /opt/kaibiao && ls -l 配置',
      '总用量 12\r\n-rw-r----- 1 ops ops 2210 11月 22 09:10 连接池.yml\r\n-rw-r----- 1 ops ops  811 11月 20 17:02 日志.yml\r\n',
    ],
    [
      'systemctl status kaibiao',
      '\x1b[32m●\x1b[0m kaibiao.service - 开标应用\r\n   Active: \x1b[32mactive (running)\x1b[0m since 日 2026-11-22 08:00:12 CST\r\n\x1b[2147483647S',
    ],
    ['exit', '注销\r\n'],
  ] as const) {
    at += 9000;
    type(line);
    at += 300;
    out(answer);
    if (line !== 'exit') out(prompt);
  }
  events.push({
    at: at + 200,
    kind: 'notice',
    text: { zh: '维护窗口还有 15 分钟关闭。', en: 'The window closes in 15 minutes.' },
  });
  events.push({ at: at + 400, kind: 'end', reason: 'finished' });
  return events;
}

function execEvents(): ReplayEvent[] {
  return [
    {
      at: 200,
      kind: 'output',
      data: base64('文件系统        容量  已用  可用 已用% 挂载点\n/dev/vdb1       200G  151G   49G   76% /data\n'),
    },
    { at: 900, kind: 'error-output', data: base64('Unit kaibiao.service could not be found.\n') },
    { at: 1000, kind: 'end', reason: 'finished' },
  ];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
