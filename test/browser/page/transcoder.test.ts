import { expect, test } from 'vitest';
import { Transcoder } from '../../../web/app/replay/transcoder.ts';

const HELLO = Buffer.from('1b5b33316db9abb9b2d7cad4b41b5b306d', 'hex');

test('output in GB18030 is shown as what it says, wherever frames cut it (R37)', () => {
  for (let cut = 0; cut <= HELLO.length; cut += 1) {
    const transcoder = new Transcoder('gb18030');
    const shown = [HELLO.subarray(0, cut), HELLO.subarray(cut)].map((bytes) => transcoder.push(bytes));
    expect(Buffer.concat(shown).toString('utf8')).toBe('\x1b[31m公共资源\x1b[0m');
  }
});

test('UTF-8 goes through untouched, broken characters included (R17)', () => {
  const bytes = Buffer.from('e5ff41', 'hex');
  expect(new Transcoder('utf-8').push(bytes)).toBe(bytes);
});
