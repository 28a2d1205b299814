// The figures as a table: medians over the rounds, and what Sluice is relative to the others.

import { median } from './statistics.ts';

export type Results = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

export function table(results: Results, peers: readonly string[]): string {
  const others = peers.filter((name) => name !== 'sluice');
  const head = ['', ...peers, ...others.map((name) => `÷ ${name}`)];
  const lines = [head, head.map(() => '---')];
  for (const [figure, row] of results) {
    const middle = (name: string): number => median(row.get(name) ?? []);
    const ratios = others.map((name) => shortNumber(middle('sluice') / middle(name)));
    lines.push([figure, ...peers.map((name) => shortNumber(middle(name))), ...ratios]);
  }
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function shortNumber(value: number): string {
  return Number.isFinite(value) ? Number(value.toPrecision(3)).toString() : '–';
}
