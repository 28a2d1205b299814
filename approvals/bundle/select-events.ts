// Which leaves of the log speak of a ticket: those that name it, its sessions, or what was asked about these, and
// between the first and the last of them whatever says how far the clock and the recorder could be relied on.

import { leavesFiles } from '../../audit/log-files.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import { objectIn } from './bundle-files.ts';

export interface SelectedLeaf {
  readonly index: number;
  readonly leaf: string;
}

/** About the installation as a whole. */
const CIRCUMSTANCES: ReadonlySet<string> = new Set(['clock.jumped', 'lease.lost', 'system.started', 'system.stopped']);

/** `read`: a file of the evidence folder. `ids`: the ticket's and its sessions'. In the order of the log. */
export async function selectLeaves(
  read: (file: string) => Promise<Buffer | undefined>,
  size: number,
  ids: readonly string[],
): Promise<readonly SelectedLeaf[]> {
  const chosen: SelectedLeaf[] = [];
  const between: SelectedLeaf[] = [];
  let index = 0;
  for (const file of leavesFiles(size)) {
    const lines = ((await read(file)) ?? Buffer.alloc(0)).toString('utf8').split('\n').slice(0, -1);
    for (const leaf of lines) {
      const found = { index, leaf };
      index += 1;
      if (ids.some((id) => leaf.includes(id)) && names(objectIn(leaf)?.details, ids)) {
        chosen.push(...between.splice(0), found);
      } else if (chosen.length > 0 && CIRCUMSTANCES.has(String(objectIn(leaf)?.type))) between.push(found);
    }
  }
  return chosen;
}

/** Whether one of these ids is a value anywhere in it, not only a part of some text. */
function names(value: Json | undefined, ids: readonly string[]): boolean {
  if (typeof value === 'string') return ids.includes(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((each: Json) => names(each, ids));
}
