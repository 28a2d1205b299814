// The one translator from what was thrown to what a browser hears. A Refusal says its sentence; anything else is a
// fault: logged with its cause, shown with a reference and nothing more.

import { randomBytes } from 'node:crypto';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../store/core/logger.ts';
import { defineRefusal, Refusal, type RefusalKind, type Sentence } from '../../store/core/refusal.ts';
import type { Problem } from '../contract/words.ts';

const STATUS: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  absent: 404,
  conflict: 409,
  throttled: 429,
  unavailable: 503,
};

/** Where HTTP has a number of its own for it. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = { 'input.too-large': 413, 'input.content-type': 415 };

/** Takes the part of the sentence that says what is wrong, such as “port” must be a whole number. */
export const inputRefused = defineRefusal<Sentence>('input.invalid', 'invalid', ({ zh, en }) => ({
  zh: `提交的内容有误：${zh}。没有执行任何操作。`,
  en: `the request is malformed: ${en}. Nothing was done.`,
}));

const malformed = defineRefusal('request.malformed', 'invalid', () => ({
  zh: '请求格式有误，没有执行任何操作',
  en: 'the request is malformed; nothing was done',
}));

export const noSuchPage = defineRefusal('route.absent', 'absent', () => ({
  zh: '没有这个地址',
  en: 'there is nothing at this address',
}));

export const tooManyRequests = defineRefusal('request.throttled', 'throttled', () => ({
  zh: '请求过于频繁，请稍后再试',
  en: 'too many requests; please wait a moment',
}));

export const wrongType = defineRefusal('input.content-type', 'invalid', () => ({
  zh: '只接受 application/json',
  en: 'only application/json is accepted',
}));

const tooLarge = defineRefusal('input.too-large', 'invalid', () => ({
  zh: '提交的内容过大，没有执行任何操作',
  en: 'the request is too large; nothing was done',
}));

export const notJson = defineRefusal('input.not-json', 'invalid', () => ({
  zh: '提交的内容不是有效的 JSON，没有执行任何操作',
  en: 'the request is not valid JSON; nothing was done',
}));

export function sendProblem(logger: Logger) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void => {
    const refusal = refusalOf(error);
    if (refusal !== undefined) {
      const status = STATUS_OF_CODE[refusal.code] ?? STATUS[refusal.kind];
      const problem: Problem = { code: refusal.code, message: refusal.sentence };
      void reply.status(status).send(problem);
      return;
    }
    const reference = randomBytes(6).toString('hex');
    logger.error('web.fault', error, { reference, method: request.method, route: request.routeOptions.url ?? '' });
    const message = {
      zh: `系统内部出错，操作可能没有完成。请把编号 ${reference} 告诉系统管理员。`,
      en: `an internal fault; the act may not have been completed. Tell the administrator the reference ${reference}.`,
    };
    const problem: Problem = { code: 'fault', message, reference };
    void reply.status(500).send(problem);
  };
}

function refusalOf(error: FastifyError | Error): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return wrongType();
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge();
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return notJson();
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === 429) return tooManyRequests();
  // What the framework refuses by itself: an address or a header it cannot read.
  return status !== undefined && status >= 400 && status < 500 ? malformed() : undefined;
}
