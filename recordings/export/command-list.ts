// The commands of a session, one row each. Where they come from is not this file's business: a command that was given
// as such, or one that was read off a screen and is as sure as it says.

import { CSV_START, csvRow } from './csv.ts';
import { wallTime } from './wall-time.ts';

export interface ListedCommand {
  /** Milliseconds since the recording began. */
  readonly at: number;
  readonly text: string;
  /** A word such as `exact`, `high`, `low`. */
  readonly confidence: string;
  /** Bytes of output on the screen track before it. */
  readonly offset: number;
}

export interface ListHead {
  readonly startedAt: number;
  readonly timeZone: string;
  readonly language: 'zh' | 'en';
}

export async function* commandsCsv(
  commands: AsyncIterable<ListedCommand>,
  { startedAt, timeZone, language }: ListHead,
): AsyncGenerator<string> {
  const time = wallTime(timeZone);
  yield CSV_START;
  yield language === 'zh'
    ? csvRow(['序号', `时间（${timeZone}）`, '距开始秒数', '命令', '可信度', '输出偏移'])
    : csvRow(['number', `time (${timeZone})`, 'seconds since the start', 'command', 'confidence', 'output offset']);
  let number = 0;
  for await (const { at, text, confidence, offset } of commands) {
    number += 1;
    yield csvRow([number, time(startedAt + at), Math.round(at) / 1000, text, confidence, offset]);
  }
}
