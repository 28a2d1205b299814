// Every reason for a no, as columns of a matrix: how it comes about, and what it is called. Those of the gate meet
// somebody who is signed in; those of the login meet somebody who is half in.

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { STATE_WORDS } from '../../approvals/ticket/machine-refusals.ts';
import { CHANNEL_KINDS, type ChannelKind, FILE_RIGHTS, type FileTerms } from '../../store/core/channel-terms.ts';
import type { Role, TicketState } from '../../store/schema/states.ts';
import { DONE, type TestInstallation, type TicketOptions } from './installation.ts';
import type { WayIn } from './ways-in.ts';

export interface Stage {
  readonly site: TestInstallation;
  /** Who tries: an operator of this column alone, so that no other ticket of theirs is nearer to a yes. */
  readonly who: string;
  /** A port behind the target, which tickets name. */
  readonly destination: number;
  /** A port of the same kind that they do not. */
  readonly unnamed: number;
}

export interface Arranged {
  /** What a web terminal asks for; otherwise a ticket that is somebody else's. */
  readonly ticket?: string;
  /** Called once everybody who will try is signed in. */
  readonly whenSignedIn?: () => Promise<unknown>;
  readonly undo?: () => unknown;
}

export interface Denial {
  readonly name: string;
  /** Who tries, where it is not an operator. */
  readonly who?: string;
  /** Ways that this denies; otherwise every way there is. */
  readonly denies?: (way: WayIn) => boolean;
  /** The refusal's code in the evidence. */
  readonly code: string;
  /** Part of the sentence. */
  readonly says: { readonly zh: string; readonly en: string };
  /** Looked at after what a command is for. */
  readonly judgedLast?: true;
  /** 77 otherwise. */
  readonly status?: number;
  readonly destination?: (stage: Stage) => number;
  readonly arrange: (stage: Stage) => Promise<Arranged>;
}

const ALL_FILES: FileTerms = { rights: FILE_RIGHTS, paths: [] };

/** Everything a ticket can agree to. */
export function everything({ destination, who }: Stage, kinds: readonly ChannelKind[] = CHANNEL_KINDS): TicketOptions {
  return {
    requester: who,
    kinds: kinds.filter((kind) => kind !== 'sftp' && kind !== 'forward'),
    ...(kinds.includes('sftp') && { files: ALL_FILES }),
    ...(kinds.includes('forward') && { destinations: [{ host: '127.0.0.1', port: destination }] }),
  };
}

/** A ticket that agrees to everything, and what then comes between. */
const agreed =
  (act: (stage: Stage, ticket: string) => Promise<unknown>, options: TicketOptions = {}): Denial['arrange'] =>
  async (stage) => {
    const { id } = await stage.site.approvedTicket({ ...everything(stage), ...options });
    return { ticket: id, whenSignedIn: () => act(stage, id) };
  };
const nothing = async () => undefined;

const notApproved = (state: TicketState) => ({ code: 'ticket.not-approved', says: STATE_WORDS[state] });

/** The row of the one target, changed behind everybody's back, and put right again. */
const target =
  (wrong: object, right: object): Denial['arrange'] =>
  async (stage) => {
    const set = (values: object) =>
      stage.site.running.database.transaction((tx) => tx.updateTable('target').set(values).execute());
    const arranged = await agreed(() => set(wrong))(stage);
    return { ...arranged, undo: () => set(right) };
  };

const TICKETS: readonly Denial[] = [
  {
    name: 'no ticket',
    code: 'channel.unknown-target',
    says: { zh: '现在没有可以打开的通道', en: 'no channel you may open now' },
    arrange: async () => ({}),
  },
  {
    name: 'a ticket that awaits approval',
    ...notApproved('submitted'),
    arrange: async (stage) => ({ ticket: (await stage.site.submittedTicket(everything(stage))).id }),
  },
  {
    name: 'a ticket that was refused',
    ...notApproved('refused'),
    async arrange(stage) {
      const { id } = await stage.site.submittedTicket(everything(stage));
      await stage.site.running.services.tickets.refuse(await stage.site.signIn('head'), id, '时间不合适');
      return { ticket: id };
    },
  },
  {
    name: 'a window that has not begun',
    code: 'channel.not-yet',
    says: { zh: '开始', en: 'opens at' },
    arrange: agreed(nothing, { startsInMs: 86_400_000 }),
  },
  {
    name: 'a window that is over',
    code: 'channel.over',
    says: { zh: '结束', en: 'ended at' },
    // Shorter than a browser may be idle.
    arrange: agreed(async ({ site }) => site.clock.push(600_001), { windowMs: 600_000 }),
  },
  {
    name: 'a ticket that was revoked',
    ...notApproved('revoked'),
    arrange: agreed(async ({ site }, ticket) => {
      const head = await site.signIn('head');
      await site.running.services.tickets.revoke(head, await site.fresh(head, 'ticket.revoke'), ticket, '立即停止');
    }),
  },
  {
    name: 'a ticket that was withdrawn',
    ...notApproved('withdrawn'),
    arrange: agreed(async ({ site, who }, ticket) =>
      site.running.services.tickets.withdraw(await site.signIn(who), ticket),
    ),
  },
  {
    name: 'a ticket that was closed',
    ...notApproved('closed'),
    arrange: agreed(async ({ site, who }, ticket) => {
      await site.running.services.tickets.report(await site.signIn(who), ticket, DONE);
      return site.running.services.tickets.accept(await site.signIn('head'), ticket);
    }),
  },
  {
    name: 'another source',
    code: 'channel.source-not-agreed',
    judgedLast: true,
    says: { zh: '未约定来源地址', en: 'does not name the source' },
    arrange: agreed(nothing, { sources: ['192.0.2.1'] }),
  },
  {
    name: 'a target that was retired',
    code: 'channel.target-retired',
    says: { zh: '已停用', en: 'is retired' },
    arrange: target({ retired_at: 1 }, { retired_at: null }),
  },
  {
    name: 'a target that was moved after the approval',
    code: 'ticket.altered',
    says: { zh: '已变化', en: 'has changed since its approval' },
    arrange: target({ host: '127.0.0.9' }, { host: '127.0.0.1' }),
  },
];

const KINDS: readonly Denial[] = CHANNEL_KINDS.map((kind) => ({
  name: `every kind but ${kind}`,
  denies: (way: WayIn) => way.kind === kind,
  code: 'channel.kind-not-agreed',
  says: { zh: `未约定 ${kind} 通道`, en: `does not agree to ${kind} channels` },
  async arrange(stage: Stage) {
    const others = CHANNEL_KINDS.filter((each) => each !== kind);
    return { ticket: (await stage.site.approvedTicket(everything(stage, others))).id };
  },
}));

const moves = (right: 'upload' | 'download') => (way: WayIn) => way.rights?.includes(right) === true;

const TERMS: readonly Denial[] = [
  {
    name: 'downloading only',
    denies: moves('upload'),
    code: 'channel.transfer-not-agreed',
    says: { zh: '未约定上传文件', en: 'does not agree to uploading files' },
    arrange: agreed(nothing, { files: { rights: ['list', 'download'], paths: [] } }),
  },
  {
    name: 'uploading only',
    denies: moves('download'),
    code: 'channel.transfer-not-agreed',
    says: { zh: '未约定下载文件', en: 'does not agree to downloading files' },
    arrange: agreed(nothing, { files: { rights: ['upload'], paths: [] } }),
  },
  {
    name: 'another folder',
    denies: (way) => way.rights !== undefined,
    code: 'channel.transfer-within-paths',
    says: { zh: '只约定了部分目录', en: 'agrees to some directories only' },
    arrange: agreed(nothing, { files: { rights: FILE_RIGHTS, paths: ['/srv/agreed'] } }),
  },
  {
    name: 'another destination',
    denies: (way) => way.kind === 'forward',
    code: 'channel.destination-not-agreed',
    says: { zh: '未约定转发到', en: 'does not name the destination' },
    destination: ({ unnamed }) => unnamed,
    arrange: agreed(nothing),
  },
  {
    name: 'a ticket for everything there is',
    denies: (way) => way.never !== undefined,
    code: 'channel.sftp-by-command',
    says: { zh: '不能以命令方式启动 sftp 服务', en: 'not started by a command' },
    arrange: agreed(nothing),
  },
];

const ROLES: readonly Denial[] = (['auditor', 'head', 'section', 'admin'] satisfies Role[]).map((who) => ({
  name: `the role ${who}`,
  who,
  code: 'duty.only-operators-open-channels',
  says: { zh: '只有系统操作员可以打开通道', en: 'only operators open channels' },
  arrange: async () => ({}),
}));

const MACHINERY: readonly Denial[] = [
  {
    name: 'a recorder that is down',
    code: 'session.recorder-failed',
    judgedLast: true,
    says: { zh: '录像无法继续', en: 'recording cannot continue' },
    status: 74,
    async arrange(stage) {
      const { recordings } = stage.site.folder;
      const away = `${recordings}-away`;
      const arranged = await agreed(async () => {
        renameSync(recordings, away);
        writeFileSync(recordings, '');
      })(stage);
      return {
        ...arranged,
        undo() {
          rmSync(recordings);
          renameSync(away, recordings);
        },
      };
    },
  },
  {
    name: 'nobody who watches',
    code: 'session.unsupervised',
    judgedLast: true,
    says: { zh: '没有监督人在线观看', en: 'no supervisor came to watch' },
    status: 75,
    arrange: agreed(nothing, { terms: { supervised: true } }),
  },
  {
    name: 'an evidence log that is stuck',
    code: 'session.recorder-failed',
    judgedLast: true,
    says: { zh: '录像无法继续', en: 'recording cannot continue' },
    status: 74,
    async arrange(stage) {
      const { publisher } = stage.site.running;
      const { trouble } = publisher;
      const arranged = await agreed(async () =>
        Object.assign(publisher, { trouble: () => new Error('no space left, injected') }),
      )(stage);
      return { ...arranged, undo: () => Object.assign(publisher, { trouble }) };
    },
  },
];

const LEAVER: Denial = {
  name: 'a person who has departed since they signed in',
  // Their cookie is gone with them, and nobody knows whose it was.
  denies: ({ name }) => name !== 'a web terminal',
  code: 'account.not-active',
  says: { zh: '账号已停用', en: 'account is not active' },
  arrange: agreed(async ({ site, who }) => {
    const admin = await site.signIn('admin');
    const { people, departures } = site.running.services;
    const leaver = (await people.list(admin)).find(({ person }) => person.name === who)?.person.id ?? '';
    await departures.depart(admin, await site.fresh(admin, 'account.depart'), leaver, '合同终止');
  }),
};

export const DENIALS: readonly Denial[] = [...TICKETS, ...KINDS, ...TERMS, ...ROLES, ...MACHINERY, LEAVER];
