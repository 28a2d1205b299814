// What a target may print to hang, blind or use whoever looks at its recording (B9): it is recorded byte for byte, and
// drawing it comes to an end, goes on being a picture of what follows, and says nothing back.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildPicture } from '../../../recordings/picture/build-picture.ts';
import { Emulator } from '../../../recordings/picture/emulator.ts';
import { openPicture } from '../../../recordings/picture/picture-file.ts';
import { parseIndex, parseKeyFrame } from '../../../recordings/picture/picture-index.ts';
import { readTrack } from '../../../recordings/read/read-track.ts';
import { trackPath } from '../../../recordings/storage/recording-directory.ts';
import { screenKey } from '../commands/recorded-shell.ts';
import { FINISHED, stage } from '../support.ts';

const PIECE = 64 * 1024;
const HUGE = [
  'S',
  'L',
  'M',
  'T',
  'Z',
  'b',
  'I',
  '@',
  'P',
  'X',
  'A',
  'B',
  'C',
  'D',
  'E',
  'F',
  'G',
  'H',
  'd',
  "'}",
  "'~",
];
const ANSWERS =
  '\x1b[c\x1b[>c\x1b[5n\x1b[6n\x1b[?6n\x1b[?1$p\x1bP$qm\x1b\\\x1b]11;?\x07\x1b]52;c;?\x07\x1b[21t\x1bZ\x05';

function* times(count: number, piece: (nth: number) => Buffer): Generator<Buffer> {
  for (let nth = 0; nth < count; nth += 1) yield piece(nth);
}

const filled = (text: string) => Buffer.alloc(PIECE, text);

const HOSTILE: readonly (readonly [string, () => Iterable<Buffer>])[] = [
  ['huge repeat counts', () => [Buffer.from(HUGE.map((final) => `x\x1b[2147483647${final}`).join(''))]],
  ['huge repeat counts, again and again', () => times(2, () => filled('x\x1b[2147483647b\x1b[2147483647S'))],
  ['a title of 8 MiB', () => [Buffer.from('\x1b]0;'), ...times(128, () => filled('t')), Buffer.from('\x07')]],
  ['a control string that never ends', () => [Buffer.from('\x1bP'), ...times(32, () => filled('q'))]],
  ['one line of 16 MiB', () => times(256, () => filled('0123456789'))],
  [
    'bytes that are no text',
    () => times(16, (nth) => Buffer.alloc(PIECE, Buffer.of(0x80 + nth, 0xff, 0xfe, 0xc0, 0xf8))),
  ],
  ['GB18030', () => times(16, () => filled('').fill(Buffer.from('c4fababcd6d0cec42081308130', 'hex')))],
  ['zmodem', () => [Buffer.from('rz\r**\x18B00000000000000\r\x8a\x11'), ...times(4, () => filled('\x18\x18\x18A*'))]],
  ['the alternate screen, on and off', () => times(8, () => filled('\x1b[?1049hover\x1b[?1049lback\r\n'))],
  ['questions', () => times(2, () => filled(ANSWERS))],
  [
    'colours that hide the text',
    () => [Buffer.from('\x1b[30;40m\x1b[8m\x1b[?25l\x1b]10;#000\x07\x1b]11;#000\x07\x1b]4;7;#000\x07')],
  ],
  ['sequences broken off', () => times(4, () => filled('\x1b[1;\x1b]0;\x1bP\x1b(\xc2\x1b[?\x18'))],
];

describe('drawn to its end, with what follows it (B9, R17)', () => {
  test.each(HOSTILE)('%s', async (_, bytes) => {
    const { directory, open } = stage();
    const recording = await open();
    const sent = createHash('sha256');
    const output = async (piece: Buffer) => {
      sent.update(piece);
      await recording.output(piece);
    };
    for (const piece of bytes()) await output(piece);
    // What somebody looks for afterwards, in one piece and at the end.
    await output(Buffer.from('\x18\x1b[m\x1b[H\x1b[2J$ rm -rf /evidence\r\n'));
    for (let nth = 0; nth < 12; nth += 1) await output(Buffer.from(`visible ${nth}\r\n`));
    await recording.seal(FINISHED);
    const dataKey = await screenKey(directory);

    const recorded = createHash('sha256');
    for await (const event of readTrack(trackPath(directory, 'screen'), () => dataKey)) {
      if (event.kind === 'output') recorded.update(event.bytes);
    }
    expect(recorded.digest('hex')).toBe(sent.digest('hex'));

    const path = join(directory, '..', 'derived', 'screen.picture');
    const every = { bytes: 256 * 1024, frames: 10 };
    await buildPicture({ directory, dataKey, path, bareLineFeeds: false, skip: new Set(), onFrame: () => {}, every });
    const picture = await openPicture(path, dataKey);
    const last = parseIndex(picture?.index)?.entries.at(-1);
    const snapshot = last && parseKeyFrame(await picture?.keyFrame(last.record))?.snapshot;
    await picture?.close();
    expect(snapshot?.exact).toBe(true);
    expect(snapshot?.paint.toString()).toContain('rm -rf /evidence');
    expect(snapshot?.paint.toString()).toContain('visible');
  });
});

test('an emulator of ours answers nothing, whatever it is asked', async () => {
  const emulator = new Emulator({ columns: 80, rows: 24 }, false);
  const said: string[] = [];
  emulator.terminal.onData((data) => said.push(data));
  emulator.terminal.onTitleChange((title) => said.push(title));
  emulator.terminal.onBell(() => said.push('bell'));
  await emulator.output(Buffer.from(ANSWERS));
  expect(said).toEqual([]);
  emulator.dispose();
});

test('a view that was blinded sees again after 64 KiB, though the string never ends', async () => {
  const emulator = new Emulator({ columns: 80, rows: 24 }, false);
  await emulator.output(Buffer.concat([Buffer.from('\x1bX'), filled('.'), Buffer.from('\r\nhere I am')]));
  const { active } = emulator.terminal.buffer;
  const rows = Array.from({ length: 24 }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true));
  expect(rows.join('\n')).toContain('here I am');
  emulator.dispose();
});
