// A strict reader of asciicast v3, from the published description and nothing else: every line is what it may be, or an
// error that names it.

export interface Cast {
  readonly head: { readonly [name: string]: unknown };
  readonly events: readonly { readonly at: number; readonly code: string; readonly data: string }[];
}

const KNOWN = ['version', 'term', 'timestamp', 'idle_time_limit', 'command', 'title', 'env', 'tags'];

export function readCast3(text: string): Cast {
  if (!text.endsWith('\n')) throw new Error('expected a newline at the end');
  const [first = '', ...rest] = text.slice(0, -1).split('\n');
  const head = headOf(first);
  const events: { at: number; code: string; data: string }[] = [];
  let at = 0;
  for (const line of rest) {
    if (line.startsWith('#')) continue;
    const event = eventOf(line);
    at += event.interval;
    events.push({ at, code: event.code, data: event.data });
  }
  return { head, events };
}

function headOf(line: string): Cast['head'] {
  const head = JSON.parse(line) as Record<string, unknown>;
  const unknown = Object.keys(head).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) throw new Error(`expected known fields, got ${unknown.join(', ')}`);
  const { version, term, timestamp, title, command } = head;
  if (version !== 3) throw new Error('expected version 3');
  const { cols, rows } = term as Record<string, unknown>;
  if (!isCount(cols) || !isCount(rows)) throw new Error('expected the size of a terminal');
  if (!Number.isInteger(timestamp)) throw new Error('expected whole seconds');
  for (const words of [title, command]) {
    if (words !== undefined && typeof words !== 'string') throw new Error('expected text');
  }
  return head;
}

function eventOf(line: string): { interval: number; code: string; data: string } {
  const event = JSON.parse(line) as readonly unknown[];
  if (!Array.isArray(event) || event.length !== 3) throw new Error(`expected three things, got ${line}`);
  const [interval, code, data] = event as readonly unknown[];
  if (typeof interval !== 'number' || interval < 0) throw new Error(`expected an interval, got ${line}`);
  if (typeof code !== 'string' || !'oimrx'.includes(code) || code.length !== 1) throw new Error(`which code? ${line}`);
  if (typeof data !== 'string') throw new Error(`expected text, got ${line}`);
  if (code === 'r' && !/^[1-9]\d*x[1-9]\d*$/.test(data)) throw new Error(`expected a size, got ${line}`);
  if (code === 'x' && !/^\d+$/.test(data)) throw new Error(`expected a status, got ${line}`);
  return { interval, code, data };
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
