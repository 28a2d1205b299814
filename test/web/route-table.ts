// Every route of the API, a request of it that is well-formed, and who gets which answer to that. A route that is not
// here fails `roles.test.ts`.

import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { generateSync } from 'otplib';
import { newId } from '../../store/core/ids.ts';
import { PASSWORD } from '../support/installation.ts';
import { type Cast, COLUMNS, type Column, EXPORT, newKeyLine } from './cast.ts';

const paper = { document: 'other', number: 'no-newcomer' };

export interface Asked {
  /** For `:id`. */
  readonly id?: string;
  /** For `:sha256`. */
  readonly sha256?: string;
  readonly query?: string;
  readonly body?: object;
}

export interface Row {
  readonly route: string;
  readonly expects: Readonly<Record<Column, number>>;
  readonly asks: (cast: Cast, column: Column) => Promise<Asked>;
}

const everybody = (status: number): Row['expects'] => only(COLUMNS, status);

/** Those get `status`, other people `otherwise`, and who is not signed in is told to. */
function only(allowed: readonly Column[], status = 200, otherwise = 403, hidden: readonly Column[] = []) {
  const answer = (column: Column): number => {
    if (allowed.includes(column)) return status;
    if (column === 'nobody') return 401;
    return hidden.includes(column) ? 404 : otherwise;
  };
  return Object.fromEntries(COLUMNS.map((column) => [column, answer(column)])) as Row['expects'];
}

const signedIn = (status: number): Row['expects'] => only(COLUMNS.slice(1), status);

/** Somebody else's ticket or session does not exist for a rival, nor for the administrator. */
const visible = (allowed: readonly Column[], status = 200) => only(allowed, status, 403, ['rival', 'admin']);

/** One may do it, another one may only see that it is there; for everybody else it is not. */
const onlyBoth = (allowed: Column, sees: Column): Row['expects'] => ({ ...only([allowed], 200, 404), [sees]: 403 });

/** A new one each time: a deputy ends once. Some days ahead: nobody here decides in another's place. */
const deputy = async (cast: Cast) => ({
  deputy: await cast.accountOf('section'),
  from: cast.site.clock.now() + 30 * 86_400_000,
  until: cast.site.clock.now() + 31 * 86_400_000,
  reason: '出差',
});

const nothing: Row['asks'] = async () => ({});
const arrangers: readonly Column[] = ['section', 'head', 'auditor', 'admin'];
const watchers: readonly Column[] = ['operator', 'section', 'head', 'auditor'];
const code = async (cast: Cast, column: Column) => ({ code: cast.code(column) });

export const TABLE: readonly Row[] = [
  { route: 'GET /api/v1/status', expects: everybody(200), asks: nothing },
  { route: 'GET /api/v1/openapi.json', expects: everybody(200), asks: nothing },
  { route: 'GET /api/v1/me', expects: signedIn(200), asks: nothing },
  { route: 'GET /api/v1/live', expects: signedIn(200), asks: nothing },
  // Without an upgrade there is nothing here, but who is not signed in does not even hear that.
  { route: 'GET /api/v1/terminals/socket', expects: signedIn(404), asks: nothing },

  {
    route: 'POST /api/v1/invitations/open',
    expects: everybody(200),
    asks: (cast) => cast.once('invitation', () => cast.invited()).then(({ token }) => ({ body: { token } })),
  },
  {
    route: 'POST /api/v1/invitations/accept',
    expects: everybody(204),
    async asks(cast) {
      const { token } = await cast.invited();
      const { totp } = await cast.site.running.services.invitations.open(token);
      const epoch = cast.site.clock.now() / 1000;
      return { body: { token, password: PASSWORD, code: generateSync({ secret: totp.secret.revealText(), epoch }) } };
    },
  },

  { route: 'GET /api/v1/me/keys', expects: signedIn(200), asks: nothing },
  {
    route: 'POST /api/v1/me/keys',
    expects: signedIn(200),
    asks: async (cast, column) => ({ body: { line: newKeyLine(), ...(await code(cast, column)) } }),
  },
  {
    route: 'POST /api/v1/me/keys/:id/remove',
    expects: only(['operator'], 204, 404),
    asks: async (cast, column) => ({
      id: await cast.once('key', () => cast.publicKeyOf('operator')),
      body: await code(cast, column),
    }),
  },

  { route: 'POST /api/v1/login/passkey', expects: everybody(200), asks: nothing },
  { route: 'GET /api/v1/me/passkeys', expects: signedIn(200), asks: nothing },
  { route: 'POST /api/v1/me/passkeys/question', expects: signedIn(200), asks: nothing },
  {
    route: 'POST /api/v1/me/passkeys/offer',
    expects: signedIn(200),
    asks: async (cast, column) => ({ body: { name: '手机', ...(await code(cast, column)) } }),
  },
  {
    route: 'POST /api/v1/me/passkeys',
    expects: signedIn(200),
    asks: async (cast, column) => ({ body: await cast.madePasskey(column) }),
  },
  {
    route: 'POST /api/v1/me/passkeys/:id/remove',
    expects: only(['operator'], 204, 404),
    asks: async (cast, column) => ({
      id: await cast.once('passkey', () => cast.passkeyOf('operator')),
      body: await code(cast, column),
    }),
  },

  { route: 'GET /api/v1/me/notices', expects: signedIn(200), asks: nothing },
  {
    route: 'POST /api/v1/me/notices',
    expects: signedIn(200),
    asks: async (cast, column) => ({
      body: { email: null, language: 'zh', off: ['key.added'], ...(await code(cast, column)) },
    }),
  },

  { route: 'GET /api/v1/colleagues', expects: only(['operator', 'rival']), asks: nothing },
  { route: 'GET /api/v1/requestable', expects: only(['operator', 'rival']), asks: nothing },
  { route: 'GET /api/v1/tickets', expects: only([...watchers, 'rival']), asks: nothing },
  {
    route: 'POST /api/v1/tickets',
    expects: only(['operator', 'rival']),
    asks: async (cast) => ({ body: await cast.ticketBody() }),
  },
  {
    route: 'GET /api/v1/tickets/:id',
    expects: visible(watchers),
    asks: async (cast) => ({ id: (await cast.once('read', () => cast.draft())).id }),
  },
  {
    route: 'POST /api/v1/tickets/:id/submit',
    expects: visible(['operator']),
    asks: async (cast) => ({ id: (await cast.once('submit', () => cast.draft())).id }),
  },
  {
    route: 'POST /api/v1/tickets/:id/attachments',
    expects: visible(['operator']),
    async asks(cast) {
      const content = Buffer.from(`plan ${cast.site.clock.now()}`).toString('base64');
      return { id: (await cast.draft()).id, body: { name: 'plan.txt', content } };
    },
  },
  {
    route: 'POST /api/v1/tickets/:id/attachments/:sha256/remove',
    expects: visible(['operator']),
    asks: (cast) => cast.once('remove attachment', () => cast.attached()),
  },
  {
    route: 'GET /api/v1/tickets/:id/attachments/:sha256',
    expects: visible(watchers),
    asks: (cast) => cast.once('read attachment', () => cast.attached()),
  },
  {
    route: 'POST /api/v1/tickets/:id/withdraw',
    expects: visible(['operator']),
    asks: async (cast) => ({ id: (await cast.once('withdraw', () => cast.draft())).id }),
  },
  {
    route: 'POST /api/v1/tickets/:id/approve',
    expects: visible(['head']),
    async asks(cast, column) {
      const { id, shown } = await cast.once('approve', () => cast.submitted());
      return { id, body: { shownHash: shown.hash, ...(await code(cast, column)) } };
    },
  },
  {
    route: 'POST /api/v1/tickets/:id/refuse',
    expects: visible(['head']),
    asks: async (cast) => ({
      id: (await cast.once('refuse', () => cast.submitted())).id,
      body: { reason: '时间不合适' },
    }),
  },
  {
    route: 'POST /api/v1/tickets/:id/revoke',
    expects: visible(['head']),
    asks: async (cast, column) => ({
      id: (await cast.once('revoke', () => cast.approved())).id,
      body: { reason: '情况有变', ...(await code(cast, column)) },
    }),
  },
  {
    route: 'GET /api/v1/tickets/:id/originals',
    expects: { ...visible(['section', 'head', 'auditor']), operator: 403 },
    asks: async (cast) => ({ id: (await cast.once('read', () => cast.draft())).id }),
  },
  {
    // Nothing of it has been read again.
    route: 'GET /api/v1/tickets/:id/changes',
    expects: { ...visible(['section', 'head', 'auditor'], 404), operator: 403 },
    asks: async (cast) => ({ id: (await cast.once('read', () => cast.draft())).id }),
  },
  {
    // It names no original.
    route: 'POST /api/v1/tickets/:id/originals/take',
    expects: visible(['operator'], 403),
    asks: async (cast) => ({
      id: (await cast.once('read', () => cast.draft())).id,
      body: { sha256: '0'.repeat(64) },
    }),
  },
  {
    route: 'GET /api/v1/tickets/:id/editions',
    expects: visible(watchers),
    asks: async (cast) => ({ id: (await cast.once('read', () => cast.draft())).id }),
  },
  {
    route: 'POST /api/v1/tickets/:id/revise',
    expects: visible(['operator']),
    asks: async (cast) => ({
      id: (await cast.once('revise', () => cast.draft())).id,
      body: await cast.ticketBody(),
    }),
  },
  {
    // This ticket needs none: what does is in test/approvals/stages.
    route: 'POST /api/v1/tickets/:id/file',
    expects: visible(['section'], 409),
    asks: async (cast) => ({ id: (await cast.once('file', () => cast.submitted())).id }),
  },
  {
    route: 'POST /api/v1/tickets/:id/report',
    expects: visible(['operator']),
    asks: async (cast) => ({
      id: (await cast.once('report', () => cast.approved())).id,
      body: { outcome: 'done', notes: '已检查，无异常', configUpdated: false },
    }),
  },
  {
    route: 'POST /api/v1/tickets/:id/accept',
    expects: visible(['head', 'section']),
    asks: async (cast, column) => ({ id: (await cast.once(`accept ${column}`, () => cast.reported())).id }),
  },
  {
    route: 'POST /api/v1/tickets/:id/send-back',
    expects: visible(['head', 'section']),
    asks: async (cast, column) => ({
      id: (await cast.once(`send-back ${column}`, () => cast.reported())).id,
      body: { reason: '没有写核对结果' },
    }),
  },
  {
    // No emergency: what is one is in test/approvals/emergency.
    route: 'POST /api/v1/tickets/:id/review',
    expects: visible(['head'], 409),
    asks: async (cast) => ({
      id: (await cast.once('review', () => cast.approved())).id,
      body: { verdict: 'justified', note: '确属紧急' },
    }),
  },

  { route: 'GET /api/v1/deputies', expects: only(arrangers), asks: nothing },
  { route: 'GET /api/v1/deputies/candidates', expects: only(['head']), asks: nothing },
  {
    route: 'POST /api/v1/deputies',
    expects: only(['head']),
    asks: async (cast, column) => ({ body: { ...(await deputy(cast)), ...(await code(cast, column)) } }),
  },
  {
    route: 'POST /api/v1/deputies/:id/end',
    expects: only(['head']),
    asks: async (cast) => ({ id: await cast.deputy(await deputy(cast)) }),
  },
  { route: 'GET /api/v1/routes', expects: only(arrangers), asks: nothing },
  {
    route: 'POST /api/v1/routes/groups',
    expects: only(['head']),
    asks: async (cast, column) => ({ body: { ...cast.group(), ...(await code(cast, column)) } }),
  },
  {
    route: 'POST /api/v1/routes/groups/:id',
    expects: only(['head']),
    asks: async (cast, column) => ({
      id: await cast.once('group', () => cast.groupId()),
      body: { ...cast.group(), ...(await code(cast, column)) },
    }),
  },
  {
    route: 'POST /api/v1/routes/targets/:id',
    expects: only(['head']),
    asks: async (cast, column) => ({
      id: await cast.targetId(),
      body: { group: null, ...(await code(cast, column)) },
    }),
  },
  { route: 'GET /api/v1/locks', expects: only(['section', 'head', 'auditor', 'admin']), asks: nothing },
  {
    route: 'POST /api/v1/locks',
    expects: only(['section', 'head', 'admin']),
    asks: async (cast) => ({ body: cast.lock() }),
  },
  {
    route: 'POST /api/v1/locks/:id/lift',
    expects: only(['section', 'head', 'admin']),
    asks: async (cast, column) => ({ id: await cast.lockId(), body: await code(cast, column) }),
  },
  { route: 'GET /api/v1/freezes', expects: signedIn(200), asks: nothing },
  {
    route: 'POST /api/v1/freezes',
    expects: only(['head', 'section']),
    asks: async (cast) => ({ body: cast.freeze() }),
  },
  {
    route: 'POST /api/v1/freezes/:id/lift',
    expects: only(['head']),
    asks: async (cast, column) => ({ id: await cast.freezeId(), body: await code(cast, column) }),
  },
  { route: 'GET /api/v1/forms', expects: only(['operator', 'rival']), asks: nothing },
  {
    route: 'POST /api/v1/forms',
    expects: only(['operator', 'rival']),
    asks: async () => ({ body: { body: '{"purpose":"升级"}' } }),
  },
  {
    route: 'POST /api/v1/forms/:id',
    expects: only(['operator'], 200, 403, ['rival']),
    asks: async (cast) => ({ id: await cast.once('form', () => cast.formId()), body: { body: '{"purpose":"换"}' } }),
  },
  {
    route: 'POST /api/v1/forms/:id/discard',
    expects: only(['operator'], 200, 403, ['rival']),
    asks: async (cast) => ({ id: await cast.formId() }),
  },

  {
    route: 'GET /api/v1/tickets/:id/extensions',
    expects: visible(watchers),
    asks: async (cast) => ({ id: (await cast.once('read', () => cast.draft())).id }),
  },
  {
    route: 'POST /api/v1/tickets/:id/extensions',
    expects: visible(['operator']),
    asks: async (cast) => ({
      id: (await cast.once('extend', () => cast.approved())).id,
      body: { minutes: 30, reason: '升级还没有完成' },
    }),
  },
  {
    route: 'POST /api/v1/extensions/:id/grant',
    expects: visible(['head']),
    asks: async (cast, column) => ({
      id: await cast.once('extension to grant', () => cast.extension()),
      body: await code(cast, column),
    }),
  },
  {
    route: 'POST /api/v1/extensions/:id/refuse',
    expects: visible(['head']),
    asks: async (cast) => ({
      id: await cast.once('extension to refuse', () => cast.extension()),
      body: { reason: '明天再做' },
    }),
  },
  {
    route: 'POST /api/v1/extensions/:id/withdraw',
    expects: visible(['operator']),
    asks: async (cast) => ({ id: await cast.once('extension to withdraw', () => cast.extension()) }),
  },

  { route: 'GET /api/v1/sessions', expects: only([...watchers, 'rival']), asks: nothing },
  {
    route: 'GET /api/v1/sessions/:id',
    expects: visible(watchers),
    asks: async (cast) => ({ id: await cast.session() }),
  },
  {
    route: 'POST /api/v1/sessions/:id/end',
    expects: visible(['operator', 'section', 'head'], 204),
    asks: async (cast) => ({ id: await cast.session(), body: { reason: '到此为止' } }),
  },
  { route: 'GET /api/v1/supervision', expects: only([...watchers, 'rival']), asks: nothing },
  // The session is over: there is nothing to watch, to stop or to be told any more.
  {
    route: 'POST /api/v1/sessions/:id/watch',
    expects: visible(['section', 'head'], 409),
    asks: async (cast) => ({ id: await cast.session() }),
  },
  {
    route: 'POST /api/v1/sessions/:id/freeze',
    expects: visible(['section', 'head'], 409),
    asks: async (cast) => ({ id: await cast.session(), body: { reason: '先停一下' } }),
  },
  {
    route: 'POST /api/v1/sessions/:id/resume',
    expects: visible(['section', 'head'], 409),
    asks: async (cast) => ({ id: await cast.session() }),
  },
  {
    route: 'POST /api/v1/sessions/:id/say',
    expects: visible(['section', 'head'], 409),
    asks: async (cast) => ({ id: await cast.session(), body: { text: '请不要动配置' } }),
  },
  { route: 'GET /api/v1/watchings/socket', expects: signedIn(404), asks: nothing },
  {
    route: 'GET /api/v1/sessions/:id/replay',
    expects: visible(['auditor']),
    asks: async (cast) => ({ id: await cast.session() }),
  },
  {
    route: 'GET /api/v1/sessions/:id/commands',
    expects: visible(['auditor']),
    asks: async (cast) => ({ id: await cast.session() }),
  },
  {
    route: 'GET /api/v1/sessions/:id/files',
    expects: visible(['auditor']),
    asks: async (cast) => ({ id: await cast.session() }),
  },
  { route: 'GET /api/v1/custodians', expects: only(['section', 'head', 'auditor']), asks: nothing },
  {
    route: 'POST /api/v1/custodians',
    expects: only(['head']),
    async asks(cast, column) {
      const recipient = await identityToRecipient(await generateX25519Identity());
      return { body: { account: await cast.accountOf('auditor'), recipient, ...(await code(cast, column)) } };
    },
  },
  {
    // The auditor became one by the row before.
    route: 'POST /api/v1/custodians/:id/remove',
    expects: only(['head']),
    asks: async (cast, column) => ({ id: await cast.accountOf('auditor'), body: await code(cast, column) }),
  },
  { route: 'GET /api/v1/unsealings', expects: only(['section', 'head', 'auditor']), asks: nothing },
  {
    route: 'POST /api/v1/sessions/:id/unsealings',
    expects: visible(['auditor']),
    asks: async (cast, column) => ({
      id: await cast.session(),
      body: { reason: '核对一次误操作', ...(await code(cast, column)) },
    }),
  },
  {
    // Who asked gives no share.
    route: 'POST /api/v1/unsealings/:id/capsule',
    expects: visible(['section', 'head']),
    asks: async (cast) => ({ id: await cast.unsealing() }),
  },
  {
    route: 'POST /api/v1/unsealings/:id/share',
    expects: visible(['section', 'head']),
    asks: async (cast, column) => ({ id: await cast.unsealing(), body: { share: await cast.share(column) } }),
  },
  {
    route: 'POST /api/v1/sessions/:id/exports',
    expects: visible(['auditor']),
    asks: async (cast) => ({ id: await cast.session(), body: EXPORT }),
  },
  { route: 'GET /api/v1/record-requests', expects: only(['head', 'auditor']), asks: nothing },
  {
    route: 'POST /api/v1/record-requests/:id/approve',
    expects: onlyBoth('head', 'auditor'),
    asks: async (cast, column) => ({
      id: await cast.once('export to approve', () => cast.exportRequest()),
      body: await code(cast, column),
    }),
  },
  {
    route: 'POST /api/v1/record-requests/:id/refuse',
    expects: onlyBoth('head', 'auditor'),
    asks: async (cast) => ({
      id: await cast.once('export to refuse', () => cast.exportRequest()),
      body: { reason: '理由不足' },
    }),
  },
  {
    route: 'POST /api/v1/record-requests/:id/withdraw',
    expects: onlyBoth('auditor', 'head'),
    asks: async (cast) => ({ id: await cast.once('export to withdraw', () => cast.exportRequest()) }),
  },
  {
    route: 'POST /api/v1/record-requests/:id/download',
    expects: onlyBoth('auditor', 'head'),
    asks: async (cast) => ({ id: await cast.once('export', () => cast.approvedExport()) }),
  },
  { route: 'GET /api/v1/retention', expects: only(['head', 'auditor']), asks: nothing },
  { route: 'GET /api/v1/storage', expects: only(['auditor', 'admin']), asks: nothing },
  { route: 'GET /api/v1/holds', expects: only(['head', 'auditor']), asks: nothing },
  {
    route: 'POST /api/v1/holds',
    expects: only(['head', 'auditor']),
    asks: async (cast) => ({ body: { on: 'session', id: await cast.session(), reason: '纪检调查' } }),
  },
  {
    route: 'POST /api/v1/holds/:id/lift',
    expects: onlyBoth('head', 'auditor'),
    asks: async (cast) => ({ id: await cast.once('hold', () => cast.hold()), body: { reason: '调查结束' } }),
  },
  {
    // Nothing is that old yet.
    route: 'POST /api/v1/destructions',
    expects: visible(['auditor'], 409),
    asks: async (cast) => ({ body: { sessions: [await cast.session()], reason: '保存期满' } }),
  },
  {
    // An approval for something else destroys nothing.
    route: 'POST /api/v1/record-requests/:id/destroy',
    expects: only([], 200, 404),
    asks: async (cast) => ({ id: await cast.once('not to destroy', () => cast.approvedExport()) }),
  },
  { route: 'GET /api/v1/search', expects: only(['auditor']), asks: async () => ({ query: '?q=true' }) },
  { route: 'GET /api/v1/evidence', expects: only(['auditor']), asks: nothing },
  { route: 'GET /api/v1/evidence/proof', expects: only(['auditor', 'head']), asks: async () => ({ query: '?leaf=0' }) },
  { route: 'GET /api/v1/evidence/witnesses', expects: only(['auditor', 'admin']), asks: nothing },
  { route: 'GET /api/v1/checkpoint', expects: signedIn(200), asks: nothing },
  {
    route: 'GET /api/v1/checkpoint/consistency',
    expects: signedIn(200),
    asks: async () => ({ query: '?from=1&to=2' }),
  },
  {
    // What the second factor buys is a token; the gate decides when it is shown, as for every other channel.
    route: 'POST /api/v1/terminals',
    expects: signedIn(200),
    asks: async (cast, column) => ({
      body: {
        ticketId: (await cast.once('read', () => cast.draft())).id,
        targetAccountId: await cast.targetAccount(),
        columns: 80,
        rows: 24,
        ...(await code(cast, column)),
      },
    }),
  },

  { route: 'GET /api/v1/accounts', expects: only(['head', 'auditor', 'admin']), asks: nothing },
  {
    route: 'POST /api/v1/accounts',
    expects: only(['admin']),
    asks: async () => ({
      body: { name: 'newcomer', displayName: '新例', role: 'section', vendor: null, identity: paper },
    }),
  },
  {
    route: 'POST /api/v1/accounts/:id/invite',
    expects: only(['admin']),
    asks: async (cast) => ({ id: (await cast.once('again', () => cast.invited())).id }),
  },
  {
    route: 'POST /api/v1/accounts/:id/identity',
    expects: only(['admin', 'head']),
    asks: async (cast) => ({
      id: await cast.unidentified(),
      body: { document: 'other', number: `no-${newId('acc').slice(4)}` },
    }),
  },
  {
    route: 'POST /api/v1/accounts/:id/depart',
    expects: only(['admin']),
    asks: async (cast, column) => ({
      id: (await cast.once('depart', () => cast.invited())).id,
      body: { reason: '合同终止', ...(await code(cast, column)) },
    }),
  },
  { route: 'GET /api/v1/targets', expects: only(['admin']), asks: nothing },
  {
    route: 'POST /api/v1/targets/scan',
    expects: only(['admin']),
    asks: async ({ site }) => ({ body: { host: site.sshd.host, port: site.sshd.port } }),
  },
  {
    route: 'POST /api/v1/targets',
    expects: only(['admin']),
    asks: async ({ site }) => ({
      body: { name: 'db', host: site.sshd.host, port: site.sshd.port, hostKey: site.sshd.hostKey },
    }),
  },
  { route: 'GET /api/v1/targets/trusted-keys', expects: only(['admin']), asks: nothing },
  {
    route: 'POST /api/v1/targets/:id/accounts',
    expects: only(['admin']),
    async asks(cast) {
      const [target] = (await cast.client('admin').get('/api/v1/targets')).body as { id: string }[];
      return {
        id: target?.id ?? '',
        body: { login: 'report', credentialKind: 'password', credential: 'a long enough one' },
      };
    },
  },

  // Last, because they change who is signed in.
  {
    route: 'POST /api/v1/login',
    expects: everybody(200),
    asks: async (cast, column) => ({ body: cast.credentials(column) }),
  },
  { route: 'POST /api/v1/logout', expects: everybody(204), asks: nothing },
];

/** The address of a row's request. */
export function addressOf(route: string, { id = '', sha256 = '0'.repeat(64), query = '' }: Asked): string {
  return (route.split(' ')[1] ?? '').replace(':id', encodeURIComponent(id)).replace(':sha256', sha256) + query;
}
