// The sentences for the codes that the policies name. Start-up fails when a @refusal code has none here.

import { Refusal, type Sentence } from '../store/core/refusal.ts';

export const ROLE_NOT_ALLOWED = 'role.not-allowed';
export const SITE_FORBIDDEN = 'site.forbidden';

const SENTENCES: { readonly [code: string]: Sentence } = {
  [ROLE_NOT_ALLOWED]: { zh: '您的角色不能进行此操作', en: 'your role does not allow this' },
  [SITE_FORBIDDEN]: { zh: '本中心的规定不允许此操作', en: 'a rule of this centre does not allow this' },
  'duty.requester-approves-own': {
    zh: '申请人不能审批自己的工单',
    en: 'a requester does not decide on their own ticket',
  },
  'duty.companion-approves': {
    zh: '随行人员不能审批自己参加的工单',
    en: 'a companion does not decide on a ticket they come along with',
  },
  'duty.approver-same-vendor': {
    zh: '审批人不能与申请人属于同一单位',
    en: 'the approver does not belong to the requester’s company',
  },
  'duty.approver-is-outsider': { zh: '审批只能由本中心人员进行', en: 'only the centre’s own people decide' },
  'duty.requester-extends-own': {
    zh: '申请人不能审批自己工单的延时',
    en: 'a requester does not decide on more time for their own ticket',
  },
  'duty.companion-extends': {
    zh: '随行人员不能审批自己参加的工单的延时',
    en: 'a companion does not decide on more time for a ticket they come along with',
  },
  'duty.extender-same-vendor': {
    zh: '延时审批人不能与申请人属于同一单位',
    en: 'whoever decides on more time does not belong to the requester’s company',
  },
  'duty.extender-is-outsider': {
    zh: '延时只能由本中心人员审批',
    en: 'only the centre’s own people decide on more time',
  },
  'duty.only-heads-extend': { zh: '只有中心负责人可以批准延时', en: 'only the centre’s head grants more time' },
  'duty.channel-of-somebody-else': {
    zh: '只有工单的申请人和随行人员可以使用其通道',
    en: 'a channel is opened only by the ticket’s requester or a companion named in it',
  },
  'duty.only-operators-open-channels': { zh: '只有系统操作员可以打开通道', en: 'only operators open channels' },
  'duty.only-heads-approve': {
    zh: '只有中心负责人或其指定的代理人可以批准',
    en: 'only the centre’s head approves, or who stands in for the head',
  },
  'duty.only-heads-review': {
    zh: '只有中心负责人或其指定的代理人可以复核应急通道',
    en: 'only the centre’s head reviews an emergency, or who stands in for the head',
  },
  'duty.only-heads-have-deputies': {
    zh: '只有中心负责人本人可以进行此操作',
    en: 'only a head does this, in person',
  },
  'duty.only-auditors-see-records': { zh: '只有审计员可以查看录像和证据', en: 'only auditors see records' },
  'duty.auditor-replays-own': { zh: '审计员不能审查自己的会话', en: 'an auditor does not review their own sessions' },
  'duty.supervises-own-session': { zh: '不能监督自己的会话', en: 'nobody supervises their own session' },
  'duty.supervisor-is-outsider': { zh: '监督人只能是本中心人员', en: 'only the centre’s own people supervise' },
  'duty.shares-own-session': {
    zh: '保管人不能参与启封自己的会话',
    en: 'a custodian does not help to open their own session',
  },
  'duty.custodian-is-outsider': { zh: '保管人只能是本中心人员', en: 'only the centre’s own people are custodians' },
  'duty.asker-decides-own': { zh: '申请人不能审批自己的申请', en: 'whoever asks does not decide' },
  'duty.only-heads-decide-on-records': {
    zh: '只有中心负责人可以批准调取或销毁录像',
    en: 'only the centre’s head decides whether records are taken out or destroyed',
  },
  'duty.only-the-asker-uses': { zh: '只有申请人本人可以使用批准', en: 'only whoever asked may use the approval' },
  'duty.placer-lifts-own': { zh: '保全措施不能由设置人本人解除', en: 'whoever placed a hold does not lift it' },
  'duty.only-heads-lift': { zh: '只有中心负责人可以解除保全', en: 'only the centre’s head lifts a hold' },
  'duty.identifies-self': { zh: '不能为自己核验身份', en: 'nobody checks their own identity' },
  'duty.departs-self': { zh: '不能为自己办理离岗', en: 'nobody departs themselves' },
};

export function policyRefusal(code: string): Refusal {
  const sentence = SENTENCES[code];
  if (sentence === undefined) throw new Error(`expected a known refusal code, got ${code}`);
  return new Refusal(code, 'forbidden', sentence);
}
