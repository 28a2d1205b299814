// What went wrong with a call, ready to be shown. The server's own sentence when it sent one; otherwise one of ours.

import type { Problem, Sentence } from '../../contract/words.ts';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly sentence: Sentence;
  readonly reference: string | undefined;

  constructor(status: number, problem: Problem) {
    super(`${problem.code}: ${problem.message.en}`);
    this.status = status;
    this.code = problem.code;
    this.sentence = problem.message;
    this.reference = problem.reference;
  }
}

/** Nobody answered: the network is gone or the server is restarting. What was typed is still on the page. */
export const UNREACHABLE: Problem = {
  code: 'page.unreachable',
  message: {
    zh: '连不上闸口服务器，您填写的内容还在本页。请检查网络后重试。',
    en: 'The Sluice server cannot be reached. What you entered is still on this page. Check the network and try again.',
  },
};

/** An answer this page does not understand, most often because the server was upgraded while the page was open. */
export const UNREADABLE: Problem = {
  code: 'page.unreadable',
  message: {
    zh: '服务器的答复本页读不懂，可能刚升级过。请刷新页面后重试。',
    en: 'This page cannot read the answer of the server, which may have just been upgraded. Reload the page and try again.',
  },
};

/** The browser's authenticator gave nothing; browsers do not tell why. */
export const PASSKEY_NONE: Problem = {
  code: 'page.passkey-none',
  message: {
    zh: '没有得到通行密钥的确认：可能已取消、超时，或这台设备上没有。可再试一次，或改用动态口令。',
    en: 'No passkey answered: it was cancelled, took too long, or is not on this device. Try again, or use a code.',
  },
};

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
