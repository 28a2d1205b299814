// Which events are worth a notice, for whom, and in what words. A notice says that something waits or happened and where
// to look: nothing can be decided from it, and what it says is not secret.

import type { EvidenceType } from '../../audit/event.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import type { Role } from '../../store/schema/states.ts';

/** Everybody of a role, who asked for the ticket, or whose account it is. */
export type Audience = Role | 'requester' | 'owner';

export interface Occasion {
  readonly to: readonly Audience[];
  /** Whether groups and other programs are told as well. */
  readonly group: boolean;
  /** Where in the page it leads; a ticket's own page where there is a ticket. */
  readonly path: string;
  /** `number`: the ticket's, where there is one. */
  readonly title: (number: string) => Sentence;
}

const aboutTicket = (to: readonly Audience[], zh: string, en: string): Occasion => ({
  to,
  group: true,
  path: '/tickets',
  title: (number) => ({ zh: `工单 ${number} ${zh}`, en: `Ticket ${number} ${en}` }),
});

const about = (to: readonly Audience[], path: string, zh: string, en: string, group = true): Occasion => ({
  to,
  group,
  path,
  title: () => ({ zh, en }),
});

export const OCCASIONS: { readonly [T in EvidenceType]?: Occasion } = {
  'ticket.submitted': aboutTicket(['head', 'section'], '待审批', 'waits for approval'),
  'ticket.filed': aboutTicket(['head'], '已备案，待审批', 'was filed and waits for approval'),
  'ticket.endorsed': aboutTicket(
    ['head', 'section'],
    '已有一人批准，待下一人审批',
    'has one approval and waits for another',
  ),
  'ticket.approved': aboutTicket(['requester', 'section'], '已批准', 'was approved'),
  'ticket.refused': aboutTicket(['requester', 'section'], '未批准', 'was refused'),
  'ticket.revoked': aboutTicket(['requester', 'section'], '已撤销', 'was revoked'),
  'ticket.reported': aboutTicket(
    ['head', 'section'],
    '已提交完工报告，待验收',
    'was reported done and waits to be accepted',
  ),
  'ticket.sent-back': aboutTicket(['requester', 'section'], '未通过验收，已退回', 'was not accepted and sent back'),
  'ticket.closed': aboutTicket(['requester', 'head', 'section'], '已验收并关闭', 'was accepted and closed'),
  // Everyone concerned, the auditor among them: it went past the usual way.
  'emergency.opened': aboutTicket(
    ['requester', 'head', 'section', 'auditor'],
    '已由两人应急打开，24 小时内须由中心负责人复核',
    'was opened by two people in an emergency; a head reviews it within 24 hours',
  ),
  'emergency.reviewed': aboutTicket(
    ['requester', 'section', 'auditor'],
    '的应急打开已复核',
    'had its emergency reviewed',
  ),
  'emergency.unreviewed': aboutTicket(
    ['head', 'section', 'auditor'],
    '的应急打开逾期未复核',
    'was opened in an emergency and not reviewed in time',
  ),
  'freeze.placed': about(
    ['head', 'section', 'operator'],
    '/',
    '已设置冻结时段，期间不审批，已打开的通道会关闭',
    'A freeze was placed: nothing is approved in it, and open channels close',
  ),
  'freeze.lifted': about(['head', 'section', 'operator'], '/', '一个冻结时段已解除', 'A freeze was lifted'),
  'deputy.appointed': about(
    ['owner'],
    '/',
    '您被指定在一段时间内代理中心负责人审批',
    'You were named to stand in for a head for some days',
    false,
  ),
  'extension.asked': aboutTicket(
    ['head', 'section'],
    '申请延长维护窗口，待审批',
    'asks for more time and waits for a decision',
  ),
  'ticket.extended': aboutTicket(['requester', 'section'], '的维护窗口已延长', 'was given more time'),
  'extension.refused': aboutTicket(['requester', 'section'], '的延时申请未批准', 'was given no more time'),
  'ticket.unclosed': aboutTicket(['requester', 'head', 'section'], '窗口已过，尚未关闭', 'is over and not closed yet'),
  'export.requested': about(
    ['head'],
    '/requests',
    '有一项录像导出申请待审批',
    'An export of a recording waits for a decision',
  ),
  'destroy.requested': about(
    ['head'],
    '/requests',
    '有一项录像销毁申请待审批',
    'A destruction of recordings waits for a decision',
  ),
  'key.added': about(
    ['owner'],
    '/keys',
    '您的账号登记了一个新的 SSH 公钥，如非本人操作请立即告知管理员',
    'An SSH key was registered for your account; if it was not you, tell an administrator now',
    false,
  ),
  'passkey.added': about(
    ['owner'],
    '/keys',
    '您的账号登记了一把新的通行密钥，如非本人操作请立即告知管理员',
    'A passkey was registered for your account; if it was not you, tell an administrator now',
    false,
  ),
  'passkey.counter-back': about(
    ['owner', 'admin'],
    '/keys',
    '一把通行密钥的签名计数倒退，可能被复制，已拒绝使用；请移除后重新登记',
    'The counter of a passkey went back: it may have been copied, and was refused; remove it and register another',
  ),
  'recorder.self-test-failed': about(
    ['admin'],
    '/',
    '录像自检未通过，SSH 端口保持关闭',
    'Recording failed its self-test; the SSH port stays closed',
  ),
  'disk.warning': about(['admin'], '/', '录像磁盘空间将用尽', 'Disk space for recordings runs out'),
  'witness.silent': about(
    ['admin', 'auditor'],
    '/',
    '一个日志见证方没有回应',
    'A witness of the evidence log is silent',
  ),
};

/** The kinds somebody in that role may get, and so may turn off. */
export function kindsFor(role: Role): readonly EvidenceType[] {
  const audiences: readonly Audience[] = role === 'operator' ? [role, 'requester', 'owner'] : [role, 'owner'];
  return Object.entries(OCCASIONS)
    .filter(([, { to }]) => to.some((audience) => audiences.includes(audience)))
    .map(([kind]) => kind as EvidenceType);
}
