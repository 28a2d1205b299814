// Who stands in for a head, between which moments. The start belongs to it, the end does not.

import type { AccountId, DeputyId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

export interface Deputy {
  readonly id: DeputyId;
  readonly head: AccountId;
  readonly deputy: AccountId;
  readonly from: number;
  readonly until: number;
  readonly reason: string;
  readonly appointedAt: number;
  /** Ended early. */
  readonly endedAt: number | null;
}

/** Long enough for a leave; after that somebody looks again. */
export const LONGEST_MS = 92 * 86_400_000;

export const deputyInvalid = defineRefusal<'person' | 'self' | 'span'>(
  'deputy.invalid',
  'invalid',
  (why) =>
    ({
      person: {
        zh: '代理人须是本中心在用的中心负责人或信息科人员',
        en: 'a deputy is an active head or member of the information section',
      },
      self: { zh: '不能指定自己为代理人', en: 'nobody stands in for themselves' },
      span: {
        zh: '代理期限须有开始和结束，结束在将来，最长 92 天',
        en: 'a deputy has a start and an end in the future, at most 92 days apart',
      },
    })[why],
);

export const deputyAbsent = defineRefusal('deputy.absent', 'absent', () => ({
  zh: '没有这项代理',
  en: 'there is no such deputy',
}));

export const deputyOver = defineRefusal('deputy.over', 'forbidden', () => ({
  zh: '您的代理期限已经结束，不能再代为审批',
  en: 'you no longer stand in for the head',
}));
