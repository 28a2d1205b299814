// The recorder cannot go on, so the session cannot: no record, no session.

import { Refusal, type Sentence } from '../../store/core/refusal.ts';

export class RecorderFailure extends Refusal {
  constructor(sentence: Sentence, cause?: unknown) {
    super('recorder.failed', 'unavailable', sentence);
    this.name = 'RecorderFailure';
    if (cause !== undefined) this.cause = cause;
  }
}

export function cannotOpen(cause: unknown): RecorderFailure {
  if (cause instanceof RecorderFailure) return cause;
  const sentence = {
    zh: '无法开始录像，会话不能开始',
    en: 'the recording could not be started, so the session cannot be',
  };
  return new RecorderFailure(sentence, cause);
}

export function cannotWrite(cause: unknown): RecorderFailure {
  return new RecorderFailure(
    { zh: '录像写入失败，会话结束', en: 'the recording could not be written, the session ends' },
    cause,
  );
}

export function diskNearlyFull(free: number, reserve: number): RecorderFailure {
  return new RecorderFailure({
    zh: `录像磁盘剩余空间不足（剩余 ${free} 字节，须保留 ${reserve} 字节）`,
    en: `the recordings' disk is nearly full (${free} bytes free, ${reserve} kept in reserve)`,
  });
}

export function diskStalled(milliseconds: number): RecorderFailure {
  return new RecorderFailure({
    zh: `录像磁盘 ${milliseconds} 毫秒没有响应`,
    en: `the recordings' disk has not answered for ${milliseconds} ms`,
  });
}

export function alreadySealed(): RecorderFailure {
  return new RecorderFailure({ zh: '录像已封存', en: 'the recording is sealed' });
}
