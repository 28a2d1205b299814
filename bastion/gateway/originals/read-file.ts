// One file of the target, from its beginning to its end, piece by piece. It is read as it is now: one that grows faster
// than it is read comes to the limit and is refused there.

import { OPEN_FLAGS, STATUS } from '../sftp/protocol.ts';
import { CopyProblem } from './copy-problem.ts';
import type { Answer, AskInTime } from './target-files.ts';

/** What every server gives in one answer (section 6.4), and how many questions are on their way at once. */
const PIECE = 32_768;
const AHEAD = 16;

/** Throws CopyProblem: no permission, not readable, more than `most` bytes. */
export async function* readFile(ask: AskInTime, path: Buffer, most: number): AsyncGenerator<Buffer> {
  const opened = await ask({ op: 'open', path, flags: OPEN_FLAGS.read, attrs: {} });
  if (opened.kind !== 'handle') throw new CopyProblem(whyOf(opened), path);
  const handle = Buffer.from(opened.handle);
  try {
    yield* contents(ask, handle, path, most);
  } finally {
    // The answer changes nothing, and a target that gives none is found out by the next question.
    ask({ op: 'close', handle }).catch(() => undefined);
  }
}

async function* contents(ask: AskInTime, handle: Buffer, path: Buffer, most: number): AsyncGenerator<Buffer> {
  const stated = await ask({ op: 'fstat', handle });
  const size = stated.kind === 'attrs' ? (stated.attrs.size ?? 0) : 0;
  if (size > most) throw new CopyProblem('too-large', path);
  const ahead: Promise<Answer>[] = [];
  const wanted = (at: number) => Math.min(AHEAD, Math.max(1, Math.ceil((size - at) / PIECE) + 1));
  let at = 0;
  for (;;) {
    while (ahead.length < wanted(at)) ahead.push(questioned(ask, handle, at + ahead.length * PIECE, PIECE));
    const first = await ahead.shift();
    let got = 0;
    for (let reply = first; got < PIECE; ) {
      if (reply?.kind === 'status' && reply.code === STATUS.eof) return;
      if (reply?.kind !== 'data' || reply.length === 0 || reply.length > PIECE - got) {
        throw new CopyProblem(reply === undefined ? 'no-answer' : whyOf(reply), path);
      }
      yield* reply.data;
      got += reply.length;
      if (at + got > most) throw new CopyProblem('too-large', path);
      if (got < PIECE) reply = await ask({ op: 'read', handle, offset: at + got, length: PIECE - got });
    }
    at += PIECE;
  }
}

/** Nobody may be waiting for it when it fails: who does hears of it, others not. */
function questioned(ask: AskInTime, handle: Buffer, offset: number, length: number): Promise<Answer> {
  const answer = ask({ op: 'read', handle, offset, length });
  answer.catch(() => undefined);
  return answer;
}

export function whyOf(reply: Answer): 'no-permission' | 'not-readable' | 'not-understood' {
  if (reply.kind !== 'status') return 'not-understood';
  return reply.code === STATUS.permissionDenied ? 'no-permission' : 'not-readable';
}
