import { expect, test } from 'vitest';
import { contentHash, parseContent } from '../../approvals/ticket/content.ts';
import type { TicketBody } from '../../approvals/ticket/ticket.ts';
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

test.each([
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
  ['text.refused', () => ({ purpose: 'reads \u202elike something else' })],
  ['text.refused', () => ({ purpose: 'two\nlines' })],
  ['text.refused', () => ({ plan: 'bell\u0007' })],
  ['text.refused', () => ({ plan: '   ' })],
] as const)('%s (R43)', async (code, change) => {
  expect(await refusal((async () => parseContent({ ...BODY, ...change(NOW) }, NOW))())).toBe(code);
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
    hash({}, { target: 'web2' }),
    hash({}, { host: '10.20.0.6' }),
    hash({}, { port: 2222 }),
    hash({}, { login: 'oracle' }),
    contentHash(newId('acc'), parseContent(BODY, NOW), [place]),
  ];
  expect(new Set([hash(), ...others]).size).toBe(others.length + 1);
});
