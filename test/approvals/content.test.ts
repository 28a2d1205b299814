import { expect, test } from 'vitest';
import { contentHash, parseContent } from '../../approvals/ticket/content.ts';
import type { ChannelBody, TicketBody } from '../../approvals/ticket/ticket.ts';
import { newId } from '../../store/core/ids.ts';
import { refusal } from '../identity/cast.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 2, 12, 12);
const account = newId('tac');
const BODY: TicketBody = {
  purpose: '升级开标系统',
  plan: '备份，升级，核对',
  windowStart: NOW + HOUR,
  windowEnd: NOW + 2 * HOUR,
  sources: ['203.0.113.7'],
  channels: [{ targetAccountId: account, kinds: ['shell', 'exec'] }],
};

const FILES = { rights: ['upload', 'list', 'upload'], paths: ['/srv//app/', '/var/log/./x', '/srv/app'] } as const;
const DB = { host: 'DB.internal', port: 5432 };
const withTerms = (terms: Omit<ChannelBody, 'targetAccountId'>) => ({
  channels: [{ targetAccountId: account, ...terms }],
});
const withPaths = (paths: readonly string[]) => withTerms({ kinds: ['sftp'], files: { rights: ['list'], paths } });

const CHANGE = { targetAccountId: account, path: '/srv/app', change: 'modify' } as const;
const TOOL = { name: 'patch.sh', sha256: 'A'.repeat(64) };

/** Windows in hours from now. */
function spans(...hours: readonly (readonly [number, number])[]): Partial<TicketBody> {
  const windows = hours.map(([start, end]) => ({ start: NOW + start * HOUR, end: NOW + end * HOUR }));
  return {
    windows,
    windowStart: Math.min(...windows.map(({ start }) => start)),
    windowEnd: Math.max(...windows.map(({ end }) => end)),
  };
}

test.each<readonly [string, (now: number) => Partial<TicketBody>]>([
  ['ticket.window-invalid', (now: number) => ({ windowStart: now + HOUR, windowEnd: now + HOUR })],
  ['ticket.window-invalid', (now: number) => ({ windowStart: now - 2 * HOUR, windowEnd: now })],
  ['ticket.window-invalid', (now: number) => ({ windowStart: now, windowEnd: now + 7 * DAY + 1 })],
  ['ticket.window-invalid', (now: number) => ({ windowStart: now + 90 * DAY + 1, windowEnd: now + 91 * DAY })],
  ['ticket.window-invalid', () => ({ windowStart: Number.NaN, windowEnd: Number.POSITIVE_INFINITY })],
  ['ticket.source-too-wide', () => ({ sources: ['0.0.0.0/0'] })],
  ['ticket.source-invalid', () => ({ sources: ['example.org'] })],
  ['ticket.sources-invalid', () => ({ sources: [] })],
  ['ticket.channels-invalid', () => ({ channels: [] })],
  ['ticket.channels-invalid', () => ({ channels: [...BODY.channels, ...BODY.channels] })],
  ['ticket.channels-invalid', () => ({ channels: [{ targetAccountId: newId('tac'), kinds: [] }] })],
  ['ticket.channels-invalid', () => ({ channels: [{ targetAccountId: 'x', kinds: ['shell' as const] }] })],
  ['ticket.terms-misplaced', () => withTerms({ kinds: ['sftp'] })],
  ['ticket.terms-misplaced', () => withTerms({ kinds: ['forward'] })],
  ['ticket.terms-misplaced', () => withTerms({ kinds: ['shell'], files: FILES })],
  ['ticket.terms-misplaced', () => withTerms({ kinds: ['exec', 'sftp'], files: FILES, destinations: [DB] })],
  ['ticket.file-rights-invalid', () => withTerms({ kinds: ['sftp'], files: { rights: [], paths: [] } })],
  ...['srv', '', './srv', '/srv/../etc', '/..', '/srv/..', ' /srv', '/srv ', '/\u00e9'.repeat(400)].map(
    (path) => [path.trim() === '' ? 'text.refused' : 'ticket.file-path-invalid', () => withPaths([path])] as const,
  ),
  ...['/srv\u0000', '/srv\n/etc', '/srv\u202e/cod', '/\u200b', `/${'a'.repeat(1024)}`].map(
    (path) => ['text.refused', () => withPaths([path])] as const,
  ),
  ['ticket.file-path-invalid', () => withPaths(Array.from({ length: 33 }, (_, index) => `/${index}`))],
  ['ticket.destinations-invalid', () => withTerms({ kinds: ['forward'], destinations: [] })],
  [
    'ticket.destinations-invalid',
    () =>
      withTerms({ kinds: ['forward'], destinations: Array.from({ length: 33 }, (_, at) => ({ ...DB, port: at + 1 })) }),
  ],
  ...[
    '',
    '*',
    '*.example.org',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    'fe80::1',
    '224.0.0.1',
    '10.0.0.0/8',
    'a b',
    'a_b:c',
    '127.1',
    '%',
    '-a',
  ].map(
    (host) =>
      [
        'ticket.destination-invalid',
        () => withTerms({ kinds: ['forward'], destinations: [{ host, port: 1 }] }),
      ] as const,
  ),
  ...[0, -1, 65_536, 1.5, Number.NaN].map(
    (port) =>
      [
        'ticket.destination-invalid',
        () => withTerms({ kinds: ['forward'], destinations: [{ host: 'a', port }] }),
      ] as const,
  ),
  ['ticket.window-invalid', () => ({ windows: [] })],
  ['ticket.window-invalid', () => spans([1, 2], [1.5, 3])],
  ['ticket.window-invalid', () => ({ ...spans([1, 2], [3, 4]), windowStart: NOW + 2 * HOUR })],
  ['ticket.window-invalid', () => ({ ...spans([1, 2], [3, 4]), windowEnd: NOW + 5 * HOUR })],
  ['ticket.window-invalid', () => spans([1, 2], [3, 3 + 7 * 24 + 1])],
  ['ticket.window-invalid', () => spans([1, 2], [91 * 24, 91 * 24 + 1])],
  ['ticket.window-invalid', () => spans([-2, -1], [3, 4])],
  ['ticket.window-invalid', () => spans(...Array.from({ length: 17 }, (_, at) => [2 * at, 2 * at + 1] as const))],
  ['ticket.companions-invalid', () => ({ terms: { companions: ['x'] } })],
  ['ticket.companions-invalid', () => ({ terms: { companions: Array.from({ length: 17 }, () => newId('acc')) } })],
  ['ticket.notice-missing', () => ({ terms: { impact: 'interrupted', notice: ' ' } })],
  ['ticket.changes-invalid', () => ({ terms: { changes: [{ ...CHANGE, targetAccountId: newId('tac') }] } })],
  [
    'ticket.changes-invalid',
    () => ({ terms: { changes: [CHANGE, { ...CHANGE, path: '/srv//app/', change: 'delete' }] } }),
  ],
  ['ticket.file-path-invalid', () => ({ terms: { changes: [{ ...CHANGE, path: 'srv/app' }] } })],
  ['ticket.file-path-invalid', () => ({ terms: { changes: [{ ...CHANGE, path: '/srv/../etc' }] } })],
  ['ticket.tools-invalid', () => ({ terms: { tools: [{ ...TOOL, sha256: 'ab' }] } })],
  ['ticket.tools-invalid', () => ({ terms: { tools: [{ ...TOOL, name: '../patch.sh' }] } })],
  ['text.refused', () => ({ terms: { rollback: 'bell\u0007' } })],
  ['text.refused', () => ({ terms: { contract: 'two\nlines' } })],
  ['text.refused', () => ({ purpose: 'reads \u202elike something else' })],
  ['text.refused', () => ({ purpose: 'two\nlines' })],
  ['text.refused', () => ({ plan: 'bell\u0007' })],
  ['text.refused', () => ({ plan: '   ' })],
])('%s (R43)', async (code, change) => {
  expect(await refusal((async () => parseContent({ ...BODY, ...change(NOW) }, NOW))())).toBe(code);
});

test('terms have one form: rights in order, paths and destinations tidy, once each (R2)', () => {
  const destinations = [DB, { host: 'db.internal.', port: 5432 }, { host: '0:0::1', port: 443 }];
  const change = withTerms({ kinds: ['forward', 'sftp'], files: FILES, destinations });
  expect(parseContent({ ...BODY, ...change }, NOW).channels).toEqual([
    {
      targetAccountId: account,
      kinds: ['forward', 'sftp'],
      files: { rights: ['list', 'upload'], paths: ['/srv/app', '/var/log/x'] },
      destinations: [
        { host: '::1', port: 443 },
        { host: 'db.internal', port: 5432 },
      ],
    },
  ]);
  expect(parseContent({ ...BODY, ...withPaths(['/srv', '//']) }, NOW).channels[0]?.files?.paths).toEqual([]);
});

const place = { targetAccountId: account, target: 'web1', host: '10.20.0.5', port: 22, login: 'root' };
const requester = newId('acc');
const hash = (change: Partial<TicketBody> = {}, where: Partial<typeof place> = {}) =>
  contentHash(requester, parseContent({ ...BODY, ...change }, NOW), [{ ...place, ...where }]);

test('the same content in another order has the same hash (R3)', () => {
  const channels = [{ targetAccountId: account, kinds: ['exec', 'shell', 'exec'] as const }];
  expect(hash({ channels, sources: ['203.0.113.7', '::ffff:203.0.113.7'] })).toBe(hash());
});

test('whatever is asked for is in the hash, and so is where it is (R2, R3)', () => {
  const others = [
    hash({ purpose: '别的' }),
    hash({ plan: '别的' }),
    hash({ windowStart: NOW }),
    hash({ windowEnd: NOW + 3 * HOUR }),
    hash({ sources: ['203.0.113.8'] }),
    hash({ channels: [{ targetAccountId: account, kinds: ['shell'] }] }),
    hash(withTerms({ kinds: ['sftp'], files: FILES })),
    hash(withTerms({ kinds: ['sftp'], files: { ...FILES, rights: ['list', 'upload', 'delete'] } })),
    hash(withPaths(['/srv'])),
    hash(withPaths([])),
    hash(withTerms({ kinds: ['forward'], destinations: [DB] })),
    hash(withTerms({ kinds: ['forward'], destinations: [{ ...DB, port: 22 }] })),
    hash(spans([1, 2], [3, 4])),
    hash(spans([1, 2.5], [3, 4])),
    hash({ terms: { contract: 'HT-2026-7' } }),
    hash({ terms: { companions: [newId('acc')] } }),
    hash({ terms: { impact: 'degraded' } }),
    hash({ terms: { notice: '当晚暂停' } }),
    hash({ terms: { risk: 'high' } }),
    hash({ terms: { rollback: '还原备份' } }),
    hash({ terms: { changes: [CHANGE] } }),
    hash({ terms: { changes: [{ ...CHANGE, change: 'delete' }] } }),
    hash({ terms: { changes: [{ ...CHANGE, path: '/srv' }] } }),
    hash({ terms: { tools: [TOOL] } }),
    hash({ terms: { tools: [{ ...TOOL, sha256: 'b'.repeat(64) }] } }),
    hash({ terms: { supervised: true } }),
    hash({ terms: { finishRunning: true } }),
    hash({}, { target: 'web2' }),
    hash({}, { host: '10.20.0.6' }),
    hash({}, { port: 2222 }),
    hash({}, { login: 'oracle' }),
    contentHash(newId('acc'), parseContent(BODY, NOW), [place]),
  ];
  expect(new Set([hash(), ...others]).size).toBe(others.length + 1);
});

test('a ticket without terms keeps the hash it had before there were any (R3)', () => {
  const fixed = {
    targetAccountId: 'tac_00000000000000000000000000' as typeof account,
    kinds: ['exec', 'shell'] as const,
  };
  const content = parseContent({ ...BODY, channels: [fixed] }, NOW);
  const owner = 'acc_00000000000000000000000000' as typeof requester;
  expect(hash({ terms: { contract: '', rollback: ' ', companions: [] } })).toBe(hash());
  expect(contentHash(owner, content, [{ ...place, targetAccountId: fixed.targetAccountId }])).toBe(
    '3895af229e8f1f4686f6a5f638a28cf08b1f389e0f79b2308f0ebbc6026e011d',
  );
});

test('the terms of a ticket have one form, too (R3)', () => {
  const [one, two] = [newId('acc'), newId('acc')].sort();
  if (one === undefined || two === undefined) throw new Error('expected two');
  const changes = [{ ...CHANGE, path: '/srv/./web/' }, CHANGE];
  const content = parseContent(
    { ...BODY, ...spans([3, 4], [1, 2]), terms: { companions: [two, one, two], changes, tools: [TOOL] } },
    NOW,
  );
  expect(content.windows).toEqual(spans([1, 2], [3, 4]).windows);
  expect(content.terms).toMatchObject({
    companions: [one, two],
    changes: [CHANGE, { ...CHANGE, path: '/srv/web' }],
    tools: [{ name: 'patch.sh', sha256: 'a'.repeat(64) }],
  });
});
