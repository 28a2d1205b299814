// What is said where an unsealing does not go on.

import { defineRefusal } from '../../store/core/refusal.ts';

export const unsealingAbsent = defineRefusal('unsealing.absent', 'absent', () => ({
  zh: '没有这项启封申请',
  en: 'there is no such request to unseal',
}));

export const unsealingOver = defineRefusal('unsealing.over', 'conflict', () => ({
  zh: '这项启封申请已经启封或已过期，不再需要份额',
  en: 'this request is open already or has run out; no share is needed any more',
}));

export const alreadyAsked = defineRefusal('unsealing.asked-before', 'conflict', () => ({
  zh: '您对这个会话的启封申请还在等待保管人，或仍在启封期内',
  en: 'your request for this session still waits for custodians, or is still open',
}));

export const ownUnsealing = defineRefusal('duty.shares-own-unsealing', 'forbidden', () => ({
  zh: '申请启封的人不能同时作为保管人提供份额',
  en: 'whoever asks to unseal does not give a share for it',
}));

export const notCustodian = defineRefusal('unsealing.not-custodian', 'forbidden', () => ({
  zh: '您不是这个会话的保管人：录制时份额没有封给您',
  en: 'you are no custodian of this session: no share was sealed to you when it was recorded',
}));

export const notReleased = defineRefusal('unsealing.not-released', 'conflict', () => ({
  zh: '请先领取封装的份额，再提交解开的份额',
  en: 'take the sealed share first, then hand in what it holds',
}));

export const shareWrong = defineRefusal('unsealing.share-wrong', 'invalid', () => ({
  zh: '提交的不是封给您的份额，没有使用；请确认所用的 age 身份文件',
  en: 'this is not the share that was sealed to you, and it was not used; check which age identity you used',
}));

export const keysUnreadable = defineRefusal('unsealing.keys-unreadable', 'unavailable', () => ({
  zh: '这个会话没有可读的按键轨道',
  en: 'this session has no keys track that can be read',
}));
