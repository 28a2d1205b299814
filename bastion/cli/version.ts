import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version in package.json, the one place where it stands. */
export function version(): string {
  const text = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version);
  throw new Error('expected a version in package.json, found none');
}

export function runVersion(): number {
  process.stdout.write(`sluice ${version()} (node ${process.versions.node})\n`);
  return 0;
}
