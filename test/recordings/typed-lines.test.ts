// Which keys were drawn: against what a shell, a hidden prompt, a pager and a noisy background really send.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TypedLine } from '../../recordings/format/payload.ts';
import { TypedLines } from '../../recordings/write/typed-lines.ts';

/** `<text` is typed, `>text` is written by the target. Answers what was told: text, or how many keys were hidden. */
function told(...steps: readonly string[]): (string | number)[] {
  const lines: TypedLine[] = [];
  const watch = new TypedLines((line) => lines.push(line));
  steps.forEach((step, nth) => {
    const bytes = Buffer.from(step.slice(1), 'utf8');
    if (step.startsWith('<')) watch.typed(bytes, nth);
    else watch.drawn(bytes);
  });
  watch.end();
  return lines.map(({ text, keys }) => (text === null ? keys : text.toString('utf8')));
}

/** Key by key, each drawn before the next. */
function echoed(text: string): string[] {
  return [...text].flatMap((key) => [`<${key}`, `>${key}`]);
}

/** Key by key, nothing drawn. */
function silent(text: string): string[] {
  return [...text].map((key) => `<${key}`);
}

describe('what was drawn is told as it was typed (R17)', () => {
  test.each<[string, string[], (string | number)[]]>([
    ['a command', ['>$ ', ...echoed('ls -l'), '<\r', '>\r\n', '>total 0\r\n$ '], ['ls -l\r']],
    ['Chinese', ['>$ ', ...echoed('查看 日志'), '<\r', '>\r\n'], ['查看 日志\r']],
    ['in one piece', ['>$ ', '<uptime\r', '>uptime\r\n 10:00 up\r\n$ '], ['uptime\r']],
    [
      'with a letter taken back',
      ['>$ ', ...echoed('lx'), '<\x7f', '>\b\x1b[K', ...echoed('s'), '<\r', '>\r\n'],
      ['lx\x7fs\r'],
    ],
    ['completed', ['>$ ', ...echoed('cd Do'), '<\t', '>cuments/', '<\r', '>\r\n'], ['cd Do\t\r']],
    ['in the middle', ['>$ ', ...echoed('lsa'), '<\x1b[D', '>\b', '< ', '> a\b', '<\r', '>\r\n'], ['lsa\x1b[D \r']],
    ['from history', ['>$ ', '<\x1b[A', '>ls -la', '<\r', '>\r\n'], ['\x1b[A\r']],
    ['given up', ['>$ ', ...echoed('rm -rf'), '<\x03', '>^C\r\n$ '], ['rm -rf\x03']],
    ['coloured', ['>$ ', '<l', '>\x1b[32ml\x1b[0m', '<s', '>\b\x1b[32mls\x1b[0m', '<\r', '>\r\n'], ['ls\r']],
    ['pasted lines', ['>$ ', '<ls\rpwd\r', '>ls\r\n', '>a b c\r\n', '>$ pwd\r\n', '>/root\r\n$ '], ['ls\r', 'pwd\r']],
    [
      'a bracketed paste',
      ['>$ ', '<\x1b[200~ls\rpwd\x1b[201~', '>ls\r\npwd', '<\r', '>\r\n'],
      ['\x1b[200~ls\rpwd\x1b[201~\r'],
    ],
    [
      'typed ahead',
      ['>$ ', ...echoed('sleep 1'), '<\r', '>\r\n', ...echoed('id'), '<\r', '>\r\n$ id\r\nuid=0\r\n'],
      ['sleep 1\r', 'id\r'],
    ],
    ['before the first output', ['<\r', '>\r\n$ '], ['\r']],
    [
      'after a pager',
      ['>\x1b[?1049h text :', '<q', '>\x1b[?1049l', '>$ ', ...echoed('ls'), '<\r', '>\r\n'],
      [1, 'ls\r'],
    ],
    ['without an end', ['>$ ', ...echoed('half')], ['half']],
  ])('%s', (_, steps, expected) => {
    expect(told(...steps)).toEqual(expected);
  });
});

describe('what was not drawn is told as a number of keys (R42)', () => {
  const prompt = '>[sudo] password for li: ';
  test.each<[string, string[], (string | number)[]]>([
    ['a password', [prompt, ...silent('hunter2hunte'), '<\r', '>\r\n', '>ok\r\n$ '], [13]],
    ['pasted', [prompt, '<hunter2\r', '>\r\n$ '], [8]],
    ['with stars in its place', [prompt, ...[...'hunter2'].flatMap((key) => [`<${key}`, '>*']), '<\r', '>\r\n'], [8]],
    ['with a letter taken back', [prompt, ...silent('hunx'), '<\x7f', ...silent('ter2'), '<\r', '>\r\n'], [10]],
    ['in Chinese', ['>请输入口令：', ...silent('机密二字'), '<\r', '>\r\n'], [5]],
    [
      'no line feed after it',
      ['>p: ', ...silent('hunter2'), '<\r', '>$ ', ...echoed('ls'), '<\r', '>\r\n'],
      [8, 'ls\r'],
    ],
    ['typed ahead', ['>$ ', '<sudo id\rhunter2\r', '>sudo id\r\n', prompt, '>\r\nuid=0\r\n$ '], ['sudo id\r', 8]],
    ['no prompt in words', ['>? ', ...silent('swordfish'), '<\r', '>\r\nhello\r\n'], [10]],
    ['drawn in part', ['>? ', '<s', '>s', ...silent('wordfish'), '<\r', '>\r\n'], [10]],
    ['never answered', [prompt, ...silent('hunter2')], [7]],
  ])('%s', (_, steps, expected) => {
    expect(told(...steps)).toEqual(expected);
  });

  test('while something else prints whatever it likes', () => {
    const secret = fc.string({
      unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
      minLength: 6,
      maxLength: 16,
    });
    const noise = fc.string({
      unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789 :-\n'),
      minLength: 20,
      maxLength: 200,
    });
    fc.assert(
      fc.property(secret, fc.array(noise, { minLength: 20, maxLength: 20 }), (typed, printed) => {
        const steps = [...typed].flatMap((key, nth) => [`<${key}`, `>${printed[nth] ?? ''}`]);
        const lines = told(prompt, ...steps, '<\r', '>\r\n');
        expect(lines.filter((line) => typeof line === 'string' && line !== '\r')).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

test('any bytes, cut anywhere: every key is told once, and what is told was typed', () => {
  const step = fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const lines: TypedLine[] = [];
      const watch = new TypedLines((line) => lines.push(line));
      let output = 0;
      const typed: number[] = [];
      steps.forEach(([isTyped, piece], at) => {
        const bytes = Buffer.from(piece);
        if (isTyped) {
          watch.typed(bytes, at);
          typed.push(...bytes);
        } else {
          watch.drawn(bytes);
          output += bytes.length;
        }
      });
      watch.end();
      const whole = Buffer.from(typed).toString('latin1');
      let from = 0;
      for (const { text, after } of lines) {
        expect(after).toBeLessThanOrEqual(output);
        if (text === null) continue;
        const found = whole.indexOf(text.toString('latin1'), from);
        expect(found).toBeGreaterThanOrEqual(from);
        from = found + text.length;
      }
    }),
    { numRuns: 2000 },
  );
});

test('megabytes without a line end are told as they come, in lines that fit into a frame', () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const told: number[] = [];
  const watch = new TypedLines(({ keys }) => told.push(keys));
  for (let nth = 0; nth < 8; nth += 1) watch.typed(piece, nth);
  // What waits for being drawn is at most 64 lines of 8 KiB.
  expect(told.length).toBe(8 * 128 - 64);
  watch.end();
  expect(told.reduce((sum, keys) => sum + keys, 0)).toBe(8 * piece.length);
  expect(Math.max(...told)).toBeLessThanOrEqual(8192);
});
