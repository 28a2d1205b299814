import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DocumentCutter, MOST_DOCUMENTS, type SearchDocument } from '../../../recordings/search/document.ts';
import { guessEncoding } from '../../../recordings/search/guess-encoding.ts';
import { folded, normalText } from '../../../recordings/search/normal-text.ts';
import {
  decodeBucket,
  encodeBucket,
  findInBucket,
  intersection,
  type Postings,
} from '../../../recordings/search/postings.ts';
import { parseQuery, placeOf } from '../../../recordings/search/query.ts';
import { SearchKeys } from '../../../recordings/search/search-keys.ts';
import { addTokens, tokensOfTerm } from '../../../recordings/search/tokens.ts';
import { newId } from '../../../store/core/ids.ts';
import { RECORDS_KEY } from '../support.ts';

function tokensOf(text: string): Set<string> {
  const tokens = new Set<string>();
  addTokens(folded(normalText(text)), tokens);
  return tokens;
}

const texts = fc.array(
  fc.constantFrom('a', 'B', '1', 'error', '.', '/', ' ', ' ', '\n', '密', '码', 'か', '，', '😀', 'Ａ', '-'),
  {
    maxLength: 40,
  },
);

test('whatever part of a text is searched for, the text has its tokens (R23)', () => {
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(), (characters, from, length) => {
      const text = normalText(characters.join(''));
      const start = from % (text.length + 1);
      const part = folded(text.slice(start, start + (length % 24))).trim();
      const wanted = tokensOfTerm(part);
      const has = tokensOf(text);
      // A short word is only promised where it stands alone.
      const short = { text: part, alone: true, tokens: wanted };
      if (wanted.has(`\0${part}`) && placeOf(short, folded(text)) === -1) return;
      for (const token of wanted) expect(has).toContain(token);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['', 'empty'],
  ['  ', 'empty'],
  ['"', 'empty'],
  ['a', 'short'],
  ['.', 'short'],
  ['ab x', 'short'],
  ['x'.repeat(201), 'long'],
  ['aa bb cc dd ee ff gg hh ii', 'many'],
])('%j is refused with a sentence (R43)', (query, _why) => {
  expect(() => parseQuery(query)).toThrow(expect.objectContaining({ code: 'search.query' }));
});

test('words and quotations are told apart, however they are written (R23)', () => {
  expect(parseQuery('Ｐassword "a  b Cde" 密').map(({ text }) => text)).toEqual(['password', 'a b cde', '密']);
});

test('buckets hold what was put in (R23)', () => {
  const postings = fc
    .array(fc.tuple(fc.nat({ max: 2 ** 40 - 1 }), fc.uniqueArray(fc.nat({ max: 2 ** 32 }), { minLength: 1 })))
    .map((list): Postings => new Map(list.map(([token, numbers]) => [token, numbers.sort((a, b) => a - b)])));
  fc.assert(
    fc.property(postings, (written) => {
      const bucket = encodeBucket(written, 0);
      const read: Postings = new Map();
      decodeBucket(bucket, 0, read);
      expect(new Map([...read].sort())).toEqual(new Map([...written].sort()));
      for (const [token, numbers] of written) expect(findInBucket(bucket, 0, token)).toEqual(numbers);
      expect(findInBucket(bucket, 0, 2 ** 40 - 1)).toEqual(written.get(2 ** 40 - 1));
    }),
  );
});

test('what is in both lists is in both (R23)', () => {
  const list = fc.uniqueArray(fc.nat({ max: 50 })).map((numbers) => numbers.sort((a, b) => a - b));
  fc.assert(
    fc.property(list, list, (a, b) => {
      expect(intersection(a, b)).toEqual(a.filter((number) => b.includes(number)));
    }),
  );
});

test('a sealed text opens for its own document alone (R25)', () => {
  const keys = new SearchKeys(RECORDS_KEY);
  const session = newId('ses');
  const sealed = keys.seal(session, 7, '密码 password');
  expect(keys.open(session, 7, sealed)).toBe('密码 password');
  expect(keys.open(session, 8, sealed)).toBeUndefined();
  expect(keys.open(newId('ses'), 7, sealed)).toBeUndefined();
  expect(keys.open(session, 7, Buffer.concat([sealed.subarray(0, -1), Buffer.of(0, 1)]))).toBeUndefined();
  expect(keys.open(session, 7, Buffer.alloc(3))).toBeUndefined();
});

function cut(pieces: Iterable<string>): { documents: SearchDocument[]; full: boolean } {
  const cutter = new DocumentCutter();
  const documents: SearchDocument[] = [];
  let at = 0;
  for (const piece of pieces) {
    for (const document of cutter.push(piece, { at, offset: at * 10 })) documents.push(document);
    at += 1;
  }
  documents.push(...cutter.end());
  return { documents, full: cutter.full };
}

test('documents overlap, so that nothing is lost where one ends (R23)', () => {
  const lines = Array.from({ length: 3000 }, (_, nth) => `line number ${nth} of the output\n`);
  const { documents, full } = cut(lines);
  expect(full).toBe(false);
  expect(documents.length).toBeGreaterThan(5);
  for (let nth = 0; nth < 3000; nth += 1) {
    const wanted = `number ${nth} of the output line`.slice(0, nth === 2999 ? -5 : undefined);
    expect(documents.some(({ text }) => folded(text).includes(wanted))).toBe(true);
  }
});

test('marks lead to the moment a text was printed, in every document (R23)', () => {
  const { documents } = cut(Array.from({ length: 3000 }, (_, nth) => `line number ${nth} of the output\n`));
  for (const { text, marks } of documents) {
    for (const [index, at, offset] of marks) {
      const printed = Number(/number (\d+)/.exec(text.slice(index))?.[1]);
      expect(Math.abs(printed - at)).toBeLessThanOrEqual(6);
      expect(offset).toBe(at * 10);
    }
  }
});

test('output that repeats itself is one document (B9)', () => {
  const { documents, full } = cut(Array.from({ length: 20_000 }, () => 'y\n'.repeat(512)));
  expect(documents.length).toBeLessThan(10);
  expect(full).toBe(false);
});

test('a line without end is cut, and so much of a session is searchable, which is said (B9)', () => {
  function* endless() {
    for (let nth = 0; nth < 20_000; nth += 1) yield `${nth} `.repeat(200);
  }
  const { documents, full } = cut(endless());
  expect(full).toBe(true);
  expect(documents).toHaveLength(MOST_DOCUMENTS);
});

test('bytes that are no text leave no documents (B9)', () => {
  const noise = Array.from({ length: 2000 }, (_, nth) => `\ufffd${String.fromCharCode(33 + (nth % 90))}`.repeat(100));
  expect(cut(noise).documents).toEqual([]);
});

test('no document has more tokens than the limit, whatever was printed (B9)', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';
  let seed = 1;
  const pieces = Array.from({ length: 200 }, () =>
    Array.from({ length: 500 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return letters[seed % 64];
    }).join(''),
  );
  const { documents } = cut(pieces);
  expect(Math.max(...documents.map(({ tokens }) => tokens.size))).toBeLessThanOrEqual(4096 + 256);
  expect(documents.map(({ text }) => text).join('')).toContain(pieces[100]?.slice(100, 400));
});

test('what is valid as GB18030 and not as UTF-8 is read as such (R37)', async () => {
  async function* output(hex: string) {
    yield { at: 0, kind: 'output', bytes: Buffer.from(hex, 'hex') } as const;
  }
  expect(await guessEncoding(output('b9abb9b2d7cad4b4bdbbd2d7'))).toBe('gb18030');
  expect(await guessEncoding(output(Buffer.from('公共资源交易').toString('hex')))).toBe('utf-8');
  expect(await guessEncoding(output('6c73'))).toBe('utf-8');
});
