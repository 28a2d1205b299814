// One table from the reason a session ended to what the person reads and what their program sees. The exit statuses
// are sysexits' (69 unavailable, 73 cannot create, 74 input/output error, 75 try again later, 76 protocol, 77 no permission).

import type { EndReason } from '../../../store/core/end-reason.ts';
import type { Sentence } from '../../../store/core/refusal.ts';

export interface EndText {
  readonly status: number;
  /** Nothing to say where the program ended by itself or the client is gone. */
  readonly text?: Sentence;
}

export const REFUSED_STATUS = 77;

export const END_TEXTS: Readonly<Record<EndReason, EndText>> = {
  finished: { status: 0 },
  'client-left': { status: 0 },
  'window-ended': {
    status: 75,
    text: {
      zh: '维护窗口已结束，通道已关闭。如需继续，请另报变更工单。',
      en: 'the window has ended and the channel is closed. To go on, file another change ticket.',
    },
  },
  'access-locked': {
    status: 77,
    text: {
      zh: '访问已被临时封锁，通道已关闭。请联系本中心。',
      en: 'access is locked for now and the channel is closed. Ask the centre.',
    },
  },
  'freeze-began': {
    status: 75,
    text: {
      zh: '冻结时段开始，通道已关闭。冻结结束后窗口内可以重新打开。',
      en: 'a freeze has begun and the channel is closed. After it you may open another within the window.',
    },
  },
  idle: {
    status: 75,
    text: {
      zh: '长时间没有操作，会话已关闭。窗口内可以重新打开。',
      en: 'nothing happened for a long time, so the session is closed. You may open another within the window.',
    },
  },
  'closed-by-requester': {
    status: 75,
    text: { zh: '通道已由申请人关闭。', en: 'the channel was closed by its requester.' },
  },
  'ticket-withdrawn': {
    status: 77,
    text: { zh: '变更工单已撤回，通道已关闭。', en: 'the change ticket was withdrawn, so the channel is closed.' },
  },
  'ticket-revoked': {
    status: 77,
    text: {
      zh: '中心负责人已撤销批准，通道已关闭。',
      en: 'the centre head revoked the approval, so the channel is closed.',
    },
  },
  'cut-by-head': {
    status: 77,
    text: { zh: '会话已被中心切断。', en: 'the centre cut this session.' },
  },
  'account-departed': {
    status: 77,
    text: { zh: '账号已离岗，全部会话已关闭。', en: 'the account has departed, so all its sessions are closed.' },
  },
  'access-changed': {
    status: 77,
    text: { zh: '准入条件已变化，通道已关闭。', en: 'what allowed this access has changed, so the channel is closed.' },
  },
  'controller-lost': {
    status: 69,
    text: {
      zh: '与控制端失去联系，为安全起见会话已关闭。请稍后重试。',
      en: 'the controller cannot be reached, so the session is closed for safety. Please try again later.',
    },
  },
  'gateway-lost': {
    status: 69,
    text: { zh: '网关已停止，会话已关闭。', en: 'the gateway stopped and the session is closed.' },
  },
  'recorder-failed': {
    status: 74,
    text: {
      zh: '录像无法继续，会话已立即关闭。请联系信息科检查录像存储。',
      en: 'recording cannot continue, so the session is closed at once. Please have the recording storage checked.',
    },
  },
  'target-unreachable': {
    status: 69,
    text: {
      zh: '连接不上目标资产。请联系信息科。',
      en: 'the target cannot be reached. Please tell the information section.',
    },
  },
  'target-refused': {
    status: 69,
    text: {
      zh: '目标资产拒绝了登录凭据。请联系系统管理员检查这个资产账号。',
      en: 'the target refused the credential. Please have the administrator look at this target account.',
    },
  },
  'host-key-mismatch': {
    status: 76,
    text: {
      zh: '目标资产的主机密钥与登记的不一致，已拒绝连接并记录。请联系系统管理员核实。',
      en: 'the target shows another host key than the registered one. The connection was refused and this is on record.',
    },
  },
  'destination-refused': {
    status: 69,
    text: {
      zh: '目标资产连不上要转发到的地方。',
      en: 'the target could not connect to the destination.',
    },
  },
  unsupervised: {
    status: 75,
    text: {
      zh: '没有监督人在线观看，会话未能开始。请与中心约好监督人后重试。',
      en: 'no supervisor came to watch, so the session did not begin. Arrange for one with the centre and try again.',
    },
  },
  'protocol-error': {
    status: 76,
    text: {
      zh: '收到不符合文件传输协议的数据，会话已关闭。',
      en: 'what arrived does not follow the file transfer protocol, so the session is closed.',
    },
  },
  'originals-not-copied': {
    status: 73,
    text: {
      zh: '改动前的原件未能备份，通道没有打开，什么都没有改动。请联系信息科。',
      en: 'the originals could not be copied, so the channel did not open and nothing was changed. Please tell the information section.',
    },
  },
  'target-lost': { status: 69, text: { zh: '目标资产断开了连接。', en: 'the target dropped the connection.' } },
  shutdown: {
    status: 75,
    text: { zh: '闸口正在停止，会话已关闭。', en: 'Sluice is stopping and the session is closed.' },
  },
  fault: { status: 70, text: { zh: '系统内部出错，会话已关闭。', en: 'an internal fault closed the session.' } },
};

/** With what exactly was wrong, where that is known. */
export function endTextOf(reason: EndReason, detail: Sentence | undefined): EndText {
  const { status, text } = END_TEXTS[reason];
  if (text === undefined || detail === undefined) return END_TEXTS[reason];
  return { status, text: { zh: `${text.zh}（${detail.zh}）`, en: `${text.en} (${detail.en})` } };
}
