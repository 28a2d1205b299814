// Every act that somebody may ask for, and what it is done to. The schema names the same; start-up compares.

import type { Person } from '../identity/people/account.ts';
import type { AccountId, HoldId, RecordRequestId, SessionId, TicketId } from '../store/core/ids.ts';

export type SystemAction =
  | 'account.list'
  | 'account.invite'
  | 'lock.list'
  | 'lock.place'
  | 'lock.lift'
  | 'target.list'
  | 'target.manage'
  | 'target.request'
  | 'ticket.list'
  | 'ticket.create'
  | 'deputy.list'
  | 'deputy.appoint'
  | 'route.list'
  | 'route.manage'
  | 'freeze.list'
  | 'freeze.place'
  | 'freeze.lift'
  | 'session.list'
  | 'custodian.list'
  | 'custodian.manage'
  | 'request.list'
  | 'retention.read'
  | 'storage.read'
  | 'hold.list'
  | 'hold.place'
  | 'record.search'
  | 'evidence.read'
  | 'evidence.prove'
  | 'checkpoint.read'
  | 'witness.read';
export type AccountAction =
  | 'account.depart'
  | 'account.identify'
  | 'key.manage'
  | 'passkey.manage'
  | 'notice.manage'
  | 'form.manage';
export type TicketAction =
  | 'ticket.read'
  | 'ticket.attach'
  | 'ticket.submit'
  | 'ticket.revise'
  | 'ticket.withdraw'
  | 'ticket.file'
  | 'ticket.report'
  | 'ticket.accept'
  | 'ticket.review'
  | 'ticket.approve'
  | 'ticket.refuse'
  | 'ticket.revoke'
  | 'extension.ask'
  | 'extension.withdraw'
  | 'extension.grant'
  | 'extension.refuse'
  | 'original.list'
  | 'original.reread'
  | 'original.take'
  | 'channel.open';
export type SessionAction =
  | 'session.read'
  | 'session.end'
  | 'session.watch'
  | 'session.freeze'
  | 'session.resume'
  | 'session.say'
  | 'session.replay'
  | 'session.unseal'
  | 'session.share'
  | 'export.ask'
  | 'destroy.ask';
export type RequestAction =
  | 'request.read'
  | 'request.withdraw'
  | 'export.decide'
  | 'export.use'
  | 'destroy.decide'
  | 'destroy.use';

export type HoldAction = 'hold.read' | 'hold.lift';

export type Action = SystemAction | AccountAction | TicketAction | SessionAction | RequestAction | HoldAction;

export type Resource =
  | { readonly kind: 'system' }
  | { readonly kind: 'account'; readonly id: AccountId }
  | {
      readonly kind: 'ticket';
      readonly id: TicketId;
      readonly requester: AccountId;
      readonly requesterVendor: string | null;
      /** Who comes along; nobody where it is left out. */
      readonly companions?: readonly AccountId[];
      /** Two people may open it at once, the information section being one of them. */
      readonly emergency?: boolean;
      /** It is the information section's turn. */
      readonly awaitsSection?: boolean;
    }
  | { readonly kind: 'session'; readonly id: SessionId; readonly account: AccountId }
  | { readonly kind: 'request'; readonly id: RecordRequestId; readonly requester: AccountId }
  | { readonly kind: 'hold'; readonly id: HoldId; readonly placer: AccountId };

/** Who asks, as far as a policy looks at them. */
export type Subject = Pick<Person, 'id' | 'role' | 'vendor'> & {
  /** Stands in for a head at this moment. */
  readonly deputy?: boolean;
};

/** The kind of resource each action is done to. */
export const RESOURCE_OF: { readonly [A in Action]: Resource['kind'] } = {
  'account.list': 'system',
  'account.invite': 'system',
  'lock.list': 'system',
  'lock.place': 'system',
  'lock.lift': 'system',
  'account.depart': 'account',
  'account.identify': 'account',
  'key.manage': 'account',
  'passkey.manage': 'account',
  'notice.manage': 'account',
  'form.manage': 'account',
  'target.list': 'system',
  'target.manage': 'system',
  'target.request': 'system',
  'ticket.list': 'system',
  'ticket.create': 'system',
  'deputy.list': 'system',
  'deputy.appoint': 'system',
  'route.list': 'system',
  'route.manage': 'system',
  'freeze.list': 'system',
  'freeze.place': 'system',
  'freeze.lift': 'system',
  'ticket.read': 'ticket',
  'ticket.attach': 'ticket',
  'ticket.submit': 'ticket',
  'ticket.revise': 'ticket',
  'ticket.withdraw': 'ticket',
  'ticket.file': 'ticket',
  'ticket.report': 'ticket',
  'ticket.accept': 'ticket',
  'ticket.review': 'ticket',
  'ticket.approve': 'ticket',
  'ticket.refuse': 'ticket',
  'ticket.revoke': 'ticket',
  'extension.ask': 'ticket',
  'extension.withdraw': 'ticket',
  'extension.grant': 'ticket',
  'extension.refuse': 'ticket',
  'original.list': 'ticket',
  'original.reread': 'ticket',
  'original.take': 'ticket',
  'channel.open': 'ticket',
  'session.list': 'system',
  'session.read': 'session',
  'session.end': 'session',
  'session.watch': 'session',
  'session.freeze': 'session',
  'session.resume': 'session',
  'session.say': 'session',
  'session.replay': 'session',
  'session.unseal': 'session',
  'session.share': 'session',
  'custodian.list': 'system',
  'custodian.manage': 'system',
  'export.ask': 'session',
  'destroy.ask': 'session',
  'request.list': 'system',
  'retention.read': 'system',
  'storage.read': 'system',
  'hold.list': 'system',
  'hold.place': 'system',
  'hold.read': 'hold',
  'hold.lift': 'hold',
  'record.search': 'system',
  'request.read': 'request',
  'request.withdraw': 'request',
  'export.decide': 'request',
  'export.use': 'request',
  'destroy.decide': 'request',
  'destroy.use': 'request',
  'evidence.read': 'system',
  'evidence.prove': 'system',
  'checkpoint.read': 'system',
  'witness.read': 'system',
};
