// The people of the API's tests, each signed in, and what they ask about: tickets in every state, a finished session.

import { generateKeyPairSync } from 'node:crypto';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { PasskeyMade } from '../../identity/login/passkey-answer.ts';
import { newId } from '../../store/core/ids.ts';
import type { PasskeyOffer } from '../../web/contract/passkeys.ts';
import { ApiClient } from '../support/api-client.ts';
import { PASSWORD, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { SoftPasskey } from '../support/soft-passkey.ts';

export const COLUMNS = ['nobody', 'operator', 'rival', 'section', 'head', 'auditor', 'admin'] as const;
/** `operator` is the one whose ticket and session it is, `rival` another company's. */
export type Column = (typeof COLUMNS)[number];

const NAMES: Readonly<Record<Exclude<Column, 'nobody'>, string>> = {
  operator: 'engineer',
  rival: 'rival',
  section: 'section',
  head: 'head',
  auditor: 'auditor',
  admin: 'admin',
};

/** What an auditor may ask to take out. */
export const EXPORT = { format: 'asciicast-v2', encoding: 'utf-8', language: 'zh', reason: '移交监管部门' };

export interface Attached {
  readonly terms: { readonly attachments: readonly { readonly sha256: string }[] };
}

interface Ticket {
  readonly id: string;
  readonly shown: { readonly hash: string };
}

/** Passkeys want a server that has a name. */
const byName = ({ running }: TestInstallation): string => running.web.replace('//127.0.0.1:', '//localhost:');

const siteOf = (site: TestInstallation) => ({ id: 'localhost', origin: byName(site) });

export class Cast {
  readonly site: TestInstallation;
  readonly #clients: ReadonlyMap<Column, ApiClient>;
  readonly #made = new Map<string, Promise<unknown>>();
  #invited = 0;
  #groups = 0;

  private constructor(site: TestInstallation, clients: ReadonlyMap<Column, ApiClient>) {
    this.site = site;
    this.#clients = clients;
  }

  static async signIn(site: TestInstallation): Promise<Cast> {
    await site.invite({ name: 'rival', displayName: '郑他', role: 'operator', vendor: '另一家公司' });
    const clients = new Map<Column, ApiClient>([['nobody', new ApiClient(site, byName(site))]]);
    for (const column of COLUMNS) {
      if (column !== 'nobody') clients.set(column, await ApiClient.signIn(site, NAMES[column], byName(site)));
    }
    return new Cast(site, clients);
  }

  client(column: Column): ApiClient {
    const client = this.#clients.get(column);
    if (client === undefined) throw new Error(`expected ${column} to be signed in`);
    return client;
  }

  /** A code that works; for nobody, one that is merely well-formed. */
  code(column: Column): string {
    return column === 'nobody' ? '000000' : this.site.code(NAMES[column]);
  }

  credentials(column: Column) {
    const name = column === 'nobody' ? 'admin' : NAMES[column];
    return { name, password: PASSWORD, code: this.site.code(name) };
  }

  /** A passkey as its authenticator made it for that person; for nobody, one that is merely well-formed. */
  async madePasskey(column: Column): Promise<PasskeyMade> {
    const passkey = new SoftPasskey('acc_x', { site: siteOf(this.site) });
    const body = { name: '手机', code: this.code(column) };
    const offer = await this.client(column).post('/api/v1/me/passkeys/offer', body);
    const asked = offer.status === 200 ? (offer.body as PasskeyOffer) : { attempt: 'none', challenge: 'none' };
    return passkey.make(asked);
  }

  /** The id of a passkey of that person. */
  async passkeyOf(column: Column): Promise<string> {
    const { body } = await this.client(column).post('/api/v1/me/passkeys', await this.madePasskey(column));
    return (body as { readonly id: string }).id;
  }

  /** The same thing however often it is asked for. */
  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = (this.#made.get(name) as Promise<T> | undefined) ?? make();
    this.#made.set(name, made);
    return made;
  }

  async ticketBody(): Promise<object> {
    const now = this.site.clock.now();
    const targetAccountId = await this.targetAccount();
    return {
      purpose: '例行检查',
      plan: '查看日志',
      windowStart: now,
      windowEnd: now + 3_600_000,
      sources: ['127.0.0.1'],
      channels: [{ targetAccountId, kinds: ['shell', 'exec'] }],
    };
  }

  targetAccount(): Promise<string> {
    return this.once('target account', async () => {
      const { body } = await this.client('operator').get('/api/v1/requestable');
      const [target] = body as { accounts: { id: string }[] }[];
      return target?.accounts[0]?.id ?? '';
    });
  }

  async draft(): Promise<Ticket> {
    return (await this.client('operator').post('/api/v1/tickets', await this.ticketBody())).body as Ticket;
  }

  /** A draft with one file. */
  async attached(): Promise<{ readonly id: string; readonly sha256: string }> {
    const { id } = await this.draft();
    const file = { name: 'plan.txt', content: Buffer.from('what is planned').toString('base64') };
    const { body } = await this.client('operator').post(`/api/v1/tickets/${id}/attachments`, file);
    return { id, sha256: (body as Attached).terms.attachments[0]?.sha256 ?? '' };
  }

  async submitted(): Promise<Ticket> {
    const { id } = await this.draft();
    return (await this.client('operator').post(`/api/v1/tickets/${id}/submit`)).body as Ticket;
  }

  async approved(): Promise<Ticket> {
    const { id, shown } = await this.submitted();
    const approval = { shownHash: shown.hash, code: this.code('head') };
    const { body } = await this.client('head').post(`/api/v1/tickets/${id}/approve`, approval);
    await this.site.running.supervisor.look();
    return body as Ticket;
  }

  /** The id of a wish for more time that waits for the head. */
  async extension(): Promise<string> {
    const { id } = await this.approved();
    const body = { minutes: 30, reason: '升级还没有完成' };
    const asked = await this.client('operator').post(`/api/v1/tickets/${id}/extensions`, body);
    return (asked.body as { id: string }).id;
  }

  async reported(): Promise<Ticket> {
    const { id } = await this.approved();
    const report = { outcome: 'done', notes: '已检查，无异常', configUpdated: false };
    return (await this.client('operator').post(`/api/v1/tickets/${id}/report`, report)).body as Ticket;
  }

  async deputy(body: object): Promise<string> {
    const answer = await this.client('head').post('/api/v1/deputies', { ...body, code: this.code('head') });
    return (answer.body as readonly { readonly id: string }[])[0]?.id ?? '';
  }

  group() {
    this.#groups += 1;
    return { name: `分组 ${this.#groups}`, filing: true, approvals: 2 };
  }

  async groupId(): Promise<string> {
    const group = this.group();
    const answer = await this.client('head').post('/api/v1/routes/groups', { ...group, code: this.code('head') });
    const { groups } = answer.body as { readonly groups: readonly { readonly id: string; readonly name: string }[] };
    return groups.find(({ name }) => name === group.name)?.id ?? '';
  }

  async targetId(): Promise<string> {
    const { body } = await this.client('head').get('/api/v1/routes');
    return (body as { readonly targets: readonly { readonly id: string }[] }).targets[0]?.id ?? '';
  }

  /** Far enough away that nothing is open then. */
  /** Of a network that nobody comes from. */
  lock() {
    const endsAt = this.site.clock.now() + 3_600_000;
    return { scope: 'source', subject: '203.0.113.0/24', reason: '扫描来源', endsAt };
  }

  async lockId(): Promise<string> {
    const answer = await this.client('head').post('/api/v1/locks', this.lock());
    return (answer.body as { lock: { id: string } }).lock.id;
  }

  freeze() {
    const start = this.site.clock.now() + 200 * 86_400_000;
    return { start, end: start + 3_600_000, reason: '开标' };
  }

  async freezeId(): Promise<string> {
    const answer = await this.client('head').post('/api/v1/freezes', this.freeze());
    return (answer.body as readonly { readonly id: string }[]).at(-1)?.id ?? '';
  }

  async formId(): Promise<string> {
    const answer = await this.client('operator').post('/api/v1/forms', { body: '{}' });
    return (answer.body as { readonly id: string }).id;
  }

  /** The id of a finished session of the operator. */
  session(): Promise<string> {
    return this.once('session', async () => {
      await this.approved();
      const answers = { password: PASSWORD, code: this.code('operator') };
      const { code } = await ssh(['-p', String(this.site.sshPort), 'engineer@127.0.0.1', 'true'], answers).exit;
      if (code !== 0) throw new Error(`expected the command to work, got ${code}`);
      const [session] = (await this.client('auditor').get('/api/v1/sessions')).body as { id: string }[];
      return session?.id ?? '';
    });
  }

  /** The id of a request that waits for the head. */
  async exportRequest(): Promise<string> {
    const { body } = await this.client('auditor').post(`/api/v1/sessions/${await this.session()}/exports`, EXPORT);
    return (body as { id: string }).id;
  }

  async approvedExport(): Promise<string> {
    const id = await this.exportRequest();
    await this.client('head').post(`/api/v1/record-requests/${id}/approve`, { code: this.code('head') });
    return id;
  }

  /** The id of a hold of the auditor. */
  async hold(): Promise<string> {
    const body = { on: 'session', id: await this.session(), reason: '纪检调查' };
    return ((await this.client('auditor').post('/api/v1/holds', body)).body as { id: string }).id;
  }

  /** A fresh account that waits for its person. */
  async invited(): Promise<{ readonly id: string; readonly token: string }> {
    this.#invited += 1;
    const paper = { document: 'other', number: `no-guest-${this.#invited}` };
    const person = {
      name: `guest-${this.#invited}`,
      displayName: '客例',
      role: 'section',
      vendor: null,
      identity: paper,
    };
    const { body } = await this.client('admin').post('/api/v1/accounts', person);
    const { account, link } = body as { account: { person: { id: string } }; link: string };
    return { id: account.person.id, token: link.split('#')[1] ?? '' };
  }

  /** An account from before identities were checked. */
  async unidentified(): Promise<string> {
    this.#invited += 1;
    const id = newId('acc');
    const { database, clock } = { database: this.site.running.database, clock: this.site.clock };
    const row = { id, name: `old-${this.#invited}`, display_name: '旧例', role: 'section', vendor: null } as const;
    const rest = { state: 'invited', totp_step: 0, created_at: clock.now(), version: 1 } as const;
    await database.transaction((tx) =>
      tx
        .insertInto('account')
        .values({ ...row, ...rest })
        .execute(),
    );
    return id;
  }

  accountOf(column: Exclude<Column, 'nobody'>): Promise<string> {
    return this.once(`account of ${column}`, async () => {
      const all = (await this.client('admin').get('/api/v1/accounts')).body as {
        person: { id: string; name: string };
      }[];
      return all.find(({ person }) => person.name === NAMES[column])?.person.id ?? '';
    });
  }

  /** The identity with which that person holds shares from now on. */
  custodian(column: 'section' | 'head' | 'auditor'): Promise<string> {
    return this.once(`custodian ${column}`, async () => {
      const identity = await generateX25519Identity();
      const recipient = await identityToRecipient(identity);
      const body = { account: await this.accountOf(column), recipient, code: this.code('head') };
      const { status } = await this.client('head').post('/api/v1/custodians', body);
      if (status !== 200) throw new Error(`expected a custodian, got ${status}`);
      return identity;
    });
  }

  /** A request to unseal a session that was sealed to section and head; it waits for both. */
  unsealing(): Promise<string> {
    return this.once('unsealing', async () => {
      await this.custodian('section');
      await this.custodian('head');
      await this.approved();
      const answers = { password: PASSWORD, code: this.code('operator') };
      await ssh(['-p', String(this.site.sshPort), 'engineer@127.0.0.1', 'true'], answers).exit;
      const [session] = (await this.client('auditor').get('/api/v1/sessions')).body as { id: string }[];
      const body = { reason: '核对一次误操作', code: this.code('auditor') };
      const asked = await this.client('auditor').post(`/api/v1/sessions/${session?.id}/unsealings`, body);
      return (asked.body as { id: string }).id;
    });
  }

  /** What the capsule of that custodian holds; for everybody else something of the same shape. */
  async share(column: Column): Promise<string> {
    if (column !== 'section' && column !== 'head') return Buffer.alloc(33).toString('base64');
    const { body } = await this.client(column).post(`/api/v1/unsealings/${await this.unsealing()}/capsule`);
    const decrypter = new Decrypter();
    decrypter.addIdentity(await this.custodian(column));
    const share = await decrypter.decrypt(Buffer.from((body as { capsule: string }).capsule, 'base64'));
    return Buffer.from(share).toString('base64');
  }

  async publicKeyOf(column: Column): Promise<string> {
    const added = { line: newKeyLine(), code: this.code(column) };
    const { body } = await this.client(column).post('/api/v1/me/keys', added);
    return (body as { id: string }).id;
  }
}

/** One line of a `.pub` file, of a key nobody has seen. */
export function newKeyLine(): string {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const blob = Buffer.concat([Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url')].flatMap(withLength));
  return `ssh-ed25519 ${blob.toString('base64')} test`;
}

function withLength(bytes: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}
