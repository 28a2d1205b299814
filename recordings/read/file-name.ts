// The bytes of a name as somebody may read them. Attacker-controlled; whoever shows it makes odd characters visible.

import { pathBytes, type RecordedPath } from '../format/file-operation.ts';

export interface FileName {
  readonly text: string;
  /** `bytes`: no encoding fits; `text` writes what is not ASCII as `\x` and two digits. */
  readonly encoding: 'utf-8' | 'gb18030' | 'bytes';
}

export function nameOf(path: RecordedPath): FileName {
  if (typeof path === 'string') return { text: path, encoding: 'utf-8' };
  const bytes = pathBytes(path);
  try {
    return { text: new TextDecoder('gb18030', { fatal: true }).decode(bytes), encoding: 'gb18030' };
  } catch {
    const text = bytes.toString('latin1').replace(/[^\x20-\x5b\x5d-\x7e]/g, hexadecimal);
    return { text, encoding: 'bytes' };
  }
}

function hexadecimal(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
