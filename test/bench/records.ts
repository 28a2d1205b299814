// `npm run bench -- records [--tests search,verify,seek] [--mib 1024]`: what records are for, measured without peers.
// Each part answers its figures; they are printed as a table. Drawing the recording of `seek` takes most of the time.

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { searching } from './search.ts';
import { seeking } from './seek.ts';
import { verifying } from './verify.ts';

export type RecordFigures = Readonly<Record<string, number>>;

const PARTS: Readonly<Record<string, (mebibytes: number) => Promise<RecordFigures>>> = {
  search: searching,
  verify: verifying,
  seek: seeking,
};

export async function benchRecords(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { tests: { type: 'string' }, mib: { type: 'string' } } });
  const mebibytes = Number(values.mib ?? 1024);
  const wanted = values.tests?.split(',') ?? Object.keys(PARTS);
  for (const name of wanted) {
    const part = PARTS[name];
    if (part === undefined) throw new Error(`expected some of ${Object.keys(PARTS).join(', ')}, got ${name}`);
    const lines = Object.entries(await part(mebibytes)).map(
      ([figure, value]) => `| ${figure} | ${Number(value.toPrecision(3))} |`,
    );
    console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}\n`);
    console.log(['| | |', '|---|---|', ...lines, ''].join('\n'));
  }
}
