// Fictitious tickets for the fake API: one in every state that the page tells apart.

import type { Ticket } from '../../../web/contract/tickets.ts';
import { ATTACHMENTS } from './fake-attachments.ts';
import { KEPT_HASH } from './fake-originals.ts';
import { HOUR, NOW, peopleByRole } from './fake-people.ts';

/** Where an id has to look like one. */
const ACCOUNT = `tac_${'0'.repeat(26)}`;
const HASH = '9c417e20b6d1f3a8c5e2097b4d6a81f0c3e5d7b92a4f6081c3e5a7092b4de07b';

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

export function ticket(fields: Partial<Ticket>): Ticket {
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

export function demoTickets(): Ticket[] {
  const approved = { state: 'approved', approver: peopleByRole.head, decidedAt: NOW - HOUR } as const;
  return [
    ticket({
      id: 't-mine',
      number: 'BG-20261122-07',
      state: 'draft',
      submittedAt: null,
      route: null,
      purpose: '整理归档目录',
    }),
    ticket({ id: 't-wait', terms: { ...TERMS, attachments: ATTACHMENTS } }),
    ticket({
      id: 't-wait2',
      edition: 2,
      terms: { ...TERMS, attachments: ATTACHMENTS.slice(1) },
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
      terms: {
        ...TERMS,
        changes: [{ targetAccountId: ACCOUNT, path: '/opt/kaibiao/配置/连接池.yml', change: 'modify' }],
        tools: [
          { name: '连接池.yml', sha256: KEPT_HASH },
          { name: '补丁-2.4.1.tar.gz', sha256: HASH },
        ],
      },
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
      id: 't-watched',
      number: 'BG-20261122-06',
      purpose: '更换数据库补丁',
      window: 'inside',
      windowStart: NOW - HOUR,
      windowEnd: NOW + 2 * HOUR,
      terms: { ...TERMS, supervised: true },
      newTargets: [],
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
      terms: {
        ...TERMS,
        changes: [{ targetAccountId: ACCOUNT, path: '/opt/kaibiao/配置/连接池.yml', change: 'modify' }],
      },
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
