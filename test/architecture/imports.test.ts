import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

const TOP = join(import.meta.dirname, '../..');
const ORDER = ['bastion', 'web', 'approvals', 'policies', 'identity', 'recordings', 'audit', 'store'];
const GATEWAY_MAY_IMPORT = [
  'bastion/link/',
  'bastion/gateway/',
  'recordings/format/',
  'recordings/write/',
  'store/core/',
];

test('source files are found', () => {
  expect(sources().length).toBeGreaterThan(10);
});

test('a folder imports only from folders to its right', () => {
  const wrong = edges().filter(({ from, to }) => rank(from) > rank(to));
  expect(wrong).toEqual([]);
});

test('the gateway imports only the link, the recording writer and the core', () => {
  const wrong = edges()
    .filter(({ from }) => from.startsWith('bastion/gateway/'))
    .filter(({ to }) => !GATEWAY_MAY_IMPORT.some((folder) => to.startsWith(folder)));
  expect(wrong).toEqual([]);
});

test('the page imports nothing of the server but the contract', () => {
  const wrong = edges()
    .filter(({ from }) => from.startsWith('web/app/'))
    .filter(({ to }) => !to.startsWith('web/app/') && !to.startsWith('web/contract/'));
  expect(wrong).toEqual([]);
});

test('no file imports itself in a circle', () => {
  expect(cycle()).toBeUndefined();
});

test('no folder has a name that says nothing', () => {
  const vague = sources().filter((file) => /(^|\/)(helpers|shared|utils?|common|lib|misc)\//.test(file));
  expect(vague).toEqual([]);
});

test('every folder of the design has a README of at most 80 lines', () => {
  for (const folder of [...ORDER, 'test']) {
    const lines = readFileSync(join(TOP, folder, 'README.md'), 'utf8').split('\n').length;
    expect(lines, folder).toBeLessThanOrEqual(81);
  }
});

interface Edge {
  readonly from: string;
  readonly to: string;
}

function rank(file: string): number {
  const index = ORDER.indexOf(file.split('/')[0] ?? '');
  return index === -1 ? ORDER.length : index;
}

function sources(): string[] {
  return ORDER.flatMap((folder) =>
    readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => join(folder, file))
      .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('web/dist/')),
  );
}

function edges(): Edge[] {
  return sources().flatMap((from) =>
    [...readFileSync(join(TOP, from), 'utf8').matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'(\.[^']+)'/g)].map((match) => ({
      from,
      to: normalize(relative(TOP, join(TOP, dirname(from), match[1] ?? ''))),
    })),
  );
}

function cycle(): string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges()) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of next.get(file) ?? []) {
      const found = visit(to, [...path, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const found = visit(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
