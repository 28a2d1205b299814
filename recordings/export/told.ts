// A recording as it is told in exports: text instead of bytes, and remarks for what is no text. What was typed comes
// from the screen track, where a hidden line is only a number of keys; the keys track is told only where the reader was
// given its key.

import type { Sentence } from '../../store/core/refusal.ts';
import type { RecordedEvent, TrackEnding } from '../read/read-track.ts';
import { type Encoding, RecordedText } from '../read/recorded-text.ts';

export type Told = { readonly at: number } & (
  | { readonly kind: 'output' | 'input'; readonly text: string }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'remark'; readonly sentence: Sentence }
  | { readonly kind: 'exit'; readonly status: number }
);

export interface Telling {
  readonly encoding: Encoding;
  /** The events come from both tracks, so that single keys are there instead of lines. */
  readonly everyKey: boolean;
  /** The session is over: a track without an end is then one that was cut short. */
  readonly ended: boolean;
}

type Item = RecordedEvent | TrackEnding;

/** In the order of the recording; ends with a remark where the recording is not whole. */
export async function* tell(items: AsyncIterable<Item>, { encoding, everyKey, ended }: Telling): AsyncGenerator<Told> {
  const texts = { output: new RecordedText(encoding), 'error-output': new RecordedText(encoding) };
  const typed = new RecordedText(encoding);
  let last = 0;
  let over = false;
  for await (const item of items) {
    const at = Math.max(last, item.at);
    last = at;
    switch (item.kind) {
      case 'output':
      case 'error-output':
        yield* textAt(at, 'output', texts[item.kind].push(item.bytes));
        break;
      case 'input':
        yield* textAt(at, 'input', typed.push(item.bytes));
        break;
      case 'typed':
        if (everyKey) break;
        if (item.text === null) yield { at, kind: 'remark', sentence: hidden(item.keys) };
        else yield* textAt(at, 'input', textOf(item.text, encoding));
        break;
      case 'resize':
        yield { at, kind: 'resize', columns: item.columns, rows: item.rows };
        break;
      case 'notice':
        yield { at, kind: 'remark', sentence: item.sentence };
        break;
      case 'marker':
        yield { at, kind: 'remark', sentence: { zh: `标记：${item.name}`, en: `marker: ${item.name}` } };
        break;
      case 'end':
        if (over) break;
        over = true;
        for (const text of [texts.output.end(), texts['error-output'].end()]) yield* textAt(at, 'output', text);
        yield { at, kind: 'remark', sentence: endOf(item.reason, item.exitSignal) };
        if (item.exitStatus !== null) yield { at, kind: 'exit', status: item.exitStatus };
        break;
      case 'file-end':
        yield* gapAt(at, item, ended);
        break;
      case 'file':
        break;
    }
  }
}

function* textAt(at: number, kind: 'output' | 'input', text: string): Generator<Told> {
  if (text !== '') yield { at, kind, text };
}

function textOf(bytes: Buffer, encoding: Encoding): string {
  const text = new RecordedText(encoding);
  return text.push(bytes) + text.end();
}

function* gapAt(at: number, ending: TrackEnding, ended: boolean): Generator<Told> {
  const sentence = gapOf(ending, ended);
  if (sentence !== undefined) yield { at, kind: 'remark', sentence };
}

/** What is missing, in words; undefined where nothing is. */
export function gapOf({ how, problem, track, offset }: TrackEnding, ended: boolean): Sentence | undefined {
  if (how === 'complete') return undefined;
  if (problem !== undefined) {
    return {
      zh: `录像到此为止，其后不完整：${problem.sentence.zh}（${track ?? '未知'} 轨道，第 ${offset} 字节起）`,
      en: `whole only up to here: ${problem.sentence.en} (track ${track ?? 'unknown'}, from byte ${offset})`,
    };
  }
  return ended
    ? {
        zh: `录像到此为止，${track ?? '未知'} 轨道没有结束标记，其后的内容可能缺失`,
        en: `whole only up to here: track ${track ?? 'unknown'} has no end, what came after may be missing`,
      }
    : { zh: '会话仍在进行，导出到此为止', en: 'the session is still running; exported up to here' };
}

function hidden(keys: number): Sentence {
  return { zh: `已隐藏，共 ${keys} 个按键`, en: `hidden, ${keys} ${keys === 1 ? 'key' : 'keys'}` };
}

function endOf(reason: string, signal: string | null): Sentence {
  const by = signal === null ? '' : `, ${signal}`;
  return { zh: `会话结束：${reason}${by}`, en: `the session ended: ${reason}${by}` };
}
