// A witness's state on its disk: one file for each log, named by the SHA-256 of the log's origin.

import { hash } from 'node:crypto';
import { openEvidenceFolder } from '../evidence-folder.ts';
import type { WitnessStore } from './witness.ts';

export function openWitnessState(directory: string): WitnessStore {
  const folder = openEvidenceFolder(directory);
  const file = (origin: string): string => `logs/${hash('sha256', origin)}`;
  return {
    latest: async (origin) => (await folder.read(file(origin)))?.toString('utf8'),
    keep: (origin, note) => folder.replace(file(origin), Buffer.from(note, 'utf8')),
  };
}
