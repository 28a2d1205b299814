// A file that was named on the command line; `-` is standard input.

import { readFileSync } from 'node:fs';
import { defineRefusal } from '../../store/core/refusal.ts';

const notRead = defineRefusal<{ file: string; why: string }>('usage.file-not-read', 'invalid', ({ file, why }) => ({
  zh: `无法读取 ${file}（${why}）`,
  en: `${file} cannot be read (${why})`,
}));

export function readGiven(file: string): string {
  return readGivenBytes(file).toString('utf8');
}

export function readGivenBytes(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw notRead({ file, why: error instanceof Error && 'code' in error ? String(error.code) : String(error) });
  }
}
