// What prints for people passes nothing on that moves a cursor, speaks to a terminal or turns text around (B9).

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printBundle } from '../../approvals/bundle/print-bundle.ts';
import { verifyBundle } from '../../approvals/bundle/verify-bundle.ts';
import { asciicast2, asciicast3 } from '../../recordings/export/asciicast.ts';
import { csvRow } from '../../recordings/export/csv.ts';
import { plainText } from '../../recordings/export/plain-text.ts';
import type { Told } from '../../recordings/export/told.ts';
import { printReport } from '../../recordings/verify/print-report.ts';
import { verifyDataFolder } from '../../recordings/verify/verify-data-folder.ts';
import { shown, shownLine } from '../../store/core/shown-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { smallDataFolder } from './data-folder.ts';

/** Escape codes of seven and eight bits, marks that turn text around, line ends that only some know, a private letter. */
const NASTY = '\x1b]52;c;cm0gLXJm\x07\x1b[2J\x9b6n\u202egnp.exe\u2066\u200f\u2028\x85\r\n\ue000';
const MOVES = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u;

async function* told(): AsyncGenerator<Told> {
  yield { at: 0, kind: 'output', text: `before\r\n${NASTY}\r\nafter\r\n` };
  yield { at: 1, kind: 'remark', sentence: { zh: `会话结束：${NASTY}`, en: `the session ended: ${NASTY}` } };
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

test('nothing that moves or turns is left of a text, and what is harmless stays (B9)', () => {
  expect(shownLine(NASTY)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u);
  expect(shownLine('林例 é 😀 “x”，（括号）…')).toBe('林例 é 😀 “x”，（括号）…');
  expect(shown('x'.repeat(300))).toHaveLength(200);
});

test.each(['zh', 'en'] as const)(
  'a report names files found on the disk harmlessly: %s (B9, R33)',
  async (language) => {
    const folder = await smallDataFolder();
    // A name on the disk holds anything but a slash.
    for (const where of ['recordings', 'evidence']) writeFileSync(join(folder.root, where, NASTY), 'x');
    const report = await verifyDataFolder(folder);
    expect(report.findings).toHaveLength(2);
    const named = printReport(report, language);
    expect(named).not.toMatch(MOVES);
    expect(named).toContain('gnp.exe');
    const log = { ...report.log, origin: NASTY };
    expect(printReport({ ...report, log }, language)).not.toMatch(MOVES);
  },
);

test.each(['zh', 'en'] as const)('so does the report of a bundle: %s (B9, R33)', async (language) => {
  const bundle = temporaryFolder();
  mkdirSync(join(bundle, 'recordings'));
  writeFileSync(join(bundle, 'bundle.json'), '{}');
  for (const where of ['.', 'recordings']) writeFileSync(join(bundle, where, NASTY), 'x');
  const text = printBundle(await verifyBundle(bundle, undefined), language);
  expect(text).toContain('gnp.exe');
  expect(text).not.toMatch(MOVES);
});

test('an export as text keeps the words and nothing that moves or turns them (B9)', async () => {
  for (const language of ['zh', 'en'] as const) {
    const text = await textOf(plainText(told(), `BG-1 ${NASTY}`, language));
    // A private letter has a shape only where somebody gave it one; in what a target printed it stays.
    expect(text.replaceAll('\ue000', '')).not.toMatch(MOVES);
    expect(text).toContain('before\n');
    expect(text).toContain('\nafter\n');
  }
});

test.each([asciicast2, asciicast3])(
  'an asciicast has controls only inside what the target printed (B9)',
  async (cast) => {
    const head = { terminal: { columns: 80, rows: 24 }, startedAt: 0, title: `BG-1 ${NASTY}`, command: null };
    const [first = '', ...lines] = (await textOf(cast(told(), head, 'en'))).trimEnd().split('\n');
    expect((JSON.parse(first) as { title: string }).title).not.toMatch(MOVES);
    const events = lines.map((line) => JSON.parse(line) as [number, string, string]);
    expect(events.map(([, code]) => code)).toEqual(['o', 'm']);
    expect(events[0]?.[2]).toContain(NASTY);
    expect(events[1]?.[2]).not.toMatch(MOVES);
  },
);

test('a cell of a table shows them by number (B9)', () => {
  const row = csvRow([NASTY.replaceAll(/[\r\n\ue000]/g, '')]);
  expect(row.trimEnd()).not.toMatch(MOVES);
  expect(row).toContain('<U+202E>');
});
