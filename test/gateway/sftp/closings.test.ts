import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Closings } from '../../../bastion/gateway/sftp/closings.ts';
import { OpenHandle } from '../../../bastion/gateway/sftp/open-handle.ts';
import { OPEN_FLAGS, STATUS } from '../../../bastion/gateway/sftp/protocol.ts';
import type { Reply } from '../../../bastion/gateway/sftp/reply.ts';
import type { Asked } from '../../../bastion/gateway/sftp/request.ts';
import { Budget } from '../../../bastion/gateway/sftp/sequence-hash.ts';
import type { Closing } from '../../../recordings/format/file-operation.ts';

const OK: Reply = { id: 0, kind: 'status', code: STATUS.ok };
const status = (code: number): Reply => ({ id: 0, kind: 'status', code });
const content = Buffer.alloc(100_000, 'content');

/** A target that holds one file, gives a little at a time, and can be made to keep silent. */
function target(options: { readonly size?: number; readonly most?: number; readonly openable?: boolean } = {}) {
  const asked: Asked[] = [];
  const silent: ((reply: undefined) => void)[] = [];
  let [speaks, over] = [true, false];
  const answer = (question: Asked): Reply => {
    switch (question.op) {
      case 'fstat':
        return { id: 0, kind: 'attrs', attrs: { size: options.size ?? content.length } };
      case 'open':
        return options.openable === false ? status(3) : { id: 0, kind: 'handle', handle: Buffer.from('again') };
      case 'read': {
        const { offset } = question;
        const data = content.subarray(offset, offset + Math.min(question.length, options.most ?? 32_768));
        return data.length === 0 ? status(STATUS.eof) : { id: 0, kind: 'data', data: [data], length: data.length };
      }
      default:
        return OK;
    }
  };
  return {
    asked,
    ask: (question: Asked) => {
      asked.push(question);
      if (over) return Promise.resolve(undefined);
      if (speaks) return Promise.resolve(answer(question));
      return new Promise<undefined>((resolve) => silent.push(resolve));
    },
    keepSilent: () => {
      speaks = false;
    },
    gone: () => {
      over = true;
      for (const resolve of silent) resolve(undefined);
    },
  };
}

function closings(ask: (asked: Asked) => Promise<Reply | undefined>) {
  const closed: Closing[] = [];
  const log = {
    moved: async () => {},
    closed: (_of: number, _path: unknown, closing: Closing) => closed.push(closing),
  };
  return { closed, made: new Closings(ask, log as unknown as ConstructorParameters<typeof Closings>[1]) };
}

/** Something was written over: its hash cannot come from the bytes as they passed. */
function rewritten(): OpenHandle {
  const { write, create, truncate } = OPEN_FLAGS;
  const handle = new OpenHandle(1, 'file', Buffer.from('/f'), write | create | truncate, new Budget(1000));
  for (let twice = 0; twice < 2; twice += 1) handle.goes(0, [content], content.length);
  return handle;
}

test.each([32_768, 1000, 777])('a file is read back however little comes at a time: %i bytes', async (most) => {
  const { ask, asked } = target({ most });
  const { made, closed } = closings(ask);
  made.begin(rewritten(), Buffer.from('h'))(OK);
  await made.settled();
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(closed).toMatchObject([{ complete: true, hashed: 'read-back', sha256, bytes: 100_000, why: 'rewritten' }]);
  expect(asked.slice(0, 2).map(({ op }) => op)).toEqual(['fstat', 'open']);
  expect(asked.at(-1)).toMatchObject({ op: 'close', handle: Buffer.from('again') });
});

test.each([
  [{ size: 2 ** 40 }, { hashed: 'none', why: 'too-large' }],
  [{ openable: false }, { hashed: 'none', why: 'not-readable' }],
  [{ size: 5 }, { hashed: 'read-back', why: 'changed' }],
])('where a file cannot be read back as it was, that is said: %j', async (options, expected) => {
  const { made, closed } = closings(target(options).ask);
  made.begin(rewritten(), Buffer.from('h'))(OK);
  await made.settled();
  expect(closed).toMatchObject([{ complete: true, ...expected }]);
});

test('a session that ends while a file is read back says that it was not (B18)', async () => {
  const { ask, asked, keepSilent, gone } = target();
  const { made, closed } = closings(async (question) => {
    if (question.op === 'read') keepSilent();
    return ask(question);
  });
  made.begin(rewritten(), Buffer.from('h'))(OK);
  await expect.poll(() => asked.some(({ op }) => op === 'read')).toBe(true);
  made.end();
  gone();
  await made.settled();
  expect(closed).toMatchObject([{ complete: true, hashed: 'none', sha256: null, why: 'session-ended' }]);
});

test('a close that is not answered, or refused, leaves no hash', async () => {
  const { made, closed } = closings(target().ask);
  made.begin(rewritten(), Buffer.from('h'))(undefined);
  await made.settled();
  made.begin(rewritten(), Buffer.from('h'))(status(4));
  await made.settled();
  expect(closed).toMatchObject([
    { complete: false, why: 'incomplete' },
    { complete: true, sha256: null, why: 'close-failed' },
  ]);
});
