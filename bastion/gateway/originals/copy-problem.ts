// Why a file of the target could not be copied, as a word for the evidence and a sentence for the person. What the
// target says is not in it: the path is ours, or shown with everything unusual taken out.

import { recordedPath } from '../../../recordings/format/file-operation.ts';
import type { Sentence } from '../../../store/core/refusal.ts';
import { shown } from '../../../store/core/shown-text.ts';
import type { CopyFailure } from '../../link/originals.ts';

const WORDS = {
  'no-permission': { zh: '该资产账号无权读取', en: 'the target account may not read it' },
  'no-sftp': { zh: '目标资产不提供 sftp 服务', en: 'the target offers no sftp' },
  'no-answer': { zh: '目标资产没有及时答复', en: 'the target did not answer in time' },
  'not-readable': { zh: '目标资产读不出内容', en: 'the target could not read it' },
  'too-large': { zh: '单个文件超过备份上限', en: 'the file is larger than what may be copied' },
  'too-many': { zh: '文件数量超过备份上限', en: 'there are more files than may be copied' },
  'too-much': { zh: '总量超过备份上限', en: 'it is more in all than may be copied' },
  'too-slow': { zh: '备份用时超过上限', en: 'copying took longer than it may' },
  'odd-name': { zh: '目标资产给出的文件名不可用', en: 'the target gave a name that is none' },
  'not-understood': { zh: '目标资产的答复不符合协议', en: 'what the target answered does not follow the protocol' },
  'not-stored': { zh: '证据库无法保存副本', en: 'the store of evidence could not take the copy' },
} as const satisfies { readonly [why: string]: Sentence };
export type CopyWhy = keyof typeof WORDS;

export class CopyProblem extends Error {
  override readonly name = 'CopyProblem';
  readonly why: CopyWhy;
  readonly path: Buffer | undefined;

  constructor(why: CopyWhy, path: Buffer | undefined, cause?: unknown) {
    super(why, { cause });
    this.why = why;
    this.path = path;
  }

  get sentence(): Sentence {
    const { zh, en } = WORDS[this.why];
    const at = this.path === undefined ? undefined : shown(this.path.toString('utf8'));
    return at === undefined ? { zh, en } : { zh: `${at}：${zh}`, en: `${at}: ${en}` };
  }

  get failure(): CopyFailure {
    return { path: this.path === undefined ? null : recordedPath(this.path.subarray(0, 4096)), why: this.why };
  }

  /** About this one path and nothing else: others may be copied all the same. */
  get isLocal(): boolean {
    return LOCAL.has(this.why);
  }
}

const LOCAL: ReadonlySet<CopyWhy> = new Set(['no-permission', 'not-readable', 'too-large', 'odd-name']);
