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
  const arrangements: SelectedLeaf[] = [];
  let index = 0;
  for (const file of leavesFiles(size)) {
    const lines = ((await read(file)) ?? Buffer.alloc(0)).toString('utf8').split('\n').slice(0, -1);
    for (const leaf of lines) {
      const found = { index, leaf };
      index += 1;
      if (ids.some((id) => leaf.includes(id)) && names(objectIn(leaf)?.details, ids)) {
        chosen.push(...between.splice(0), found);
      } else if (ARRANGED.some((type) => leaf.includes(type))) arrangements.push(found);
      else if (chosen.length > 0 && CIRCUMSTANCES.has(String(objectIn(leaf)?.type))) between.push(found);
    }
  }
  const about = arrangements.filter(({ leaf }) => concerns(objectIn(leaf), chosen, arrangements));
  return [...chosen, ...about].sort((a, b) => a.index - b.index);
}

/** About days that may concern any ticket: they name none. */
const ARRANGED = ['"type":"deputy.', '"type":"freeze.'];

/** Whether it says who stood in for a head that somebody chosen decided for, or which of the days chosen were frozen. */
function concerns(
  event: Fields | undefined,
  chosen: readonly SelectedLeaf[],
  arrangements: readonly SelectedLeaf[],
): boolean {
  const details = fieldsOf(event?.details);
  switch (event?.type) {
    case 'deputy.appointed':
    case 'deputy.ended':
      return chosen.some(
        ({ leaf }) => leaf.includes(`"deputyFor":"${details.head}"`) && leaf.includes(`"${details.account}"`),
      );
    case 'freeze.placed':
      return overlaps(details, chosen);
    case 'freeze.lifted':
      return arrangements.some(({ leaf }) => {
        const placed = objectIn(leaf);
        const { freeze, ...rest } = fieldsOf(placed?.details);
        return placed?.type === 'freeze.placed' && freeze === details.freeze && overlaps(rest, chosen);
      });
    default:
      return false;
  }
}

/** Also where it lies between the first of what was chosen and the last: windows do, too. */
function overlaps({ start, end }: Fields, chosen: readonly SelectedLeaf[]): boolean {
  const [first, last] = [chosen.at(0), chosen.at(-1)].map((each) => Number(objectIn(each?.leaf ?? '')?.at));
  if (typeof start !== 'number' || typeof end !== 'number' || first === undefined || last === undefined) return false;
  return start <= last + LONGEST_AHEAD_MS && end >= first;
}

/** Windows that are approved may lie ahead of everything that is logged: 90 days, and their own length. */
const LONGEST_AHEAD_MS = 97 * 86_400_000;

type Fields = { readonly [name: string]: Json };

function fieldsOf(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Whether one of these ids is a value anywhere in it, not only a part of some text. */
function names(value: Json | undefined, ids: readonly string[]): boolean {
  if (typeof value === 'string') return ids.includes(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((each: Json) => names(each, ids));
}
