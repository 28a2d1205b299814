// Tables of the evidence log.

import type { Once } from './once.ts';

/** The evidence log's leaves, in order. The index is the leaf index of the Merkle tree. */
export interface EvidenceTable {
  leaf_index: Once<number>;
  /** Canonical JSON. */
  leaf: Once<string>;
}

/** One row: how long the log is and the tree's right edge, so that a restart hashes nothing again. */
export interface EvidenceHeadTable {
  id: Once<1>;
  size: number;
  /** JSON array of hex hashes: the roots of the perfect subtrees, largest first. */
  edge: string;
  /** How many leaves the published files and the last signed checkpoint cover. */
  published: number;
}
