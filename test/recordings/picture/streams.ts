// Generated output of targets: what programs send, what they do not send but may, and cuts anywhere.

import fc from 'fast-check';

const number = fc.integer({ min: 0, max: 14 }).map(String);
const control = fc
  .tuple(fc.array(number, { maxLength: 2 }), fc.constantFrom(...'ABCDEFGHJKLMPSTXZ@bdfgrsu'))
  .map(([parameters, final]) => `\x1b[${parameters.join(';')}${final}`);
const codes = ['0', '1', '2', '3', '4', '7', '9', '31', '42', '95', '106', '38;5;200', '48;2;1;2;3', '4:3', '58:5:9'];
const rendition = fc
  .array(fc.constantFrom(...codes, '58:2::9:8:7', '53', '39', '49', '27'), { minLength: 1, maxLength: 3 })
  .map((parts) => `\x1b[${parts.join(';')}m`);
const modes = ['1', '6', '7', '25', '45', '47', '1000', '1002', '1003', '1004', '1006', '1047', '1048', '1049', '2004'];
const mode = fc
  .tuple(fc.constantFrom(...modes), fc.constantFrom('h', 'l'))
  .map(([name, final]) => `\x1b[?${name}${final}`);
const text = fc.constantFrom(
  'a',
  'hello',
  '你',
  '好世界',
  'é',
  'e\u0301',
  '😀',
  '│',
  'wide 宽 字',
  '0123456789'.repeat(2),
);
const others = ['\r', '\n', '\r\n', '\b', '\t', '\x0e', '\x0f', '\x1b7', '\x1b8', '\x1bM', '\x1bD', '\x1bE', '\x1bH'];
const sets = ['\x1b(0', '\x1b)0', '\x1b(B', '\x1b(A', '\x1b=', '\x1b>', '\x1b[4h', '\x1b[4l', '\x1b[!p', '\x1b[3 q'];
const rare = ['\x1b[1"q', '\x1b[0"q', '\x1b#8', '\x1bc', '\x1b[3J', '\x1b]0;title\x07', '\x1b[c', '\xff'];

const piece = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 3, arbitrary: control },
  { weight: 2, arbitrary: rendition },
  { weight: 1, arbitrary: mode },
  { weight: 4, arbitrary: fc.constantFrom(...others, ...sets, ...rare) },
);

export const targetOutput = fc
  .array(piece, { minLength: 1, maxLength: 80 })
  .map((pieces) => Buffer.from(pieces.join('')));
