// Proofs out of the published files: that a leaf is in the log, that one size of the log continues another. What is
// handed out has been checked against the signed root, so that a damaged tile is a fault and never a wrong proof.

import { defineRefusal } from '../store/core/refusal.ts';
import type { Database } from '../store/database.ts';
import { type Checkpoint, parseCheckpoint, parseTreeHead, type TreeHead } from './checkpoint.ts';
import { EvidenceFault } from './evidence-fault.ts';
import type { EvidenceFolder } from './evidence-folder.ts';
import { type Hash, leafHash } from './merkle.ts';
import { consistencyRanges, inclusionRanges, verifyConsistency, verifyInclusion } from './proof.ts';
import { readLeaves } from './read-leaves.ts';
import { parseNote } from './signed-note.ts';
import { TileMissing, TileTree } from './tile-tree.ts';
import type { TlogProof } from './tlog-proof.ts';

export interface LogProofs {
  /** The leaf as it stands in the log, and the proof of it under the latest cosigned checkpoint, or the latest of all. */
  leaf(index: number): Promise<{ readonly leaf: string; readonly proof: TlogProof }>;
  /** The ways of these leaves to the root of `head`, which must be published; in their order. */
  leaves(indices: readonly number[], head: TreeHead): Promise<readonly (readonly Hash[])[]>;
  /** That the log of `oldSize` leaves is a prefix of the log of `size`. */
  consistency(oldSize: number, size: number): Promise<readonly Hash[]>;
}

export interface LogProofsInput {
  readonly database: Database;
  readonly folder: Pick<EvidenceFolder, 'read'>;
  readonly publisher: { checkpoint(): string | undefined; flush(): Promise<void> };
  /** A checkpoint with its cosignatures, taken for the proof of a leaf that it covers. */
  readonly cosigned?: () => string | undefined;
}

export const notPublished = defineRefusal<{ size: number; asked: number }>(
  'evidence.not-published',
  'absent',
  ({ size, asked }) => ({
    zh: `证据日志已发布 ${size} 条，没有第 ${asked} 条`,
    en: `the evidence log has ${size} published leaves, ${asked} is beyond them`,
  }),
);

const sizesSwapped = defineRefusal<{ oldSize: number; size: number }>(
  'evidence.sizes-swapped',
  'invalid',
  ({ oldSize, size }) => ({
    zh: `旧的长度应不大于新的长度，实为 ${oldSize} 和 ${size}`,
    en: `expected the earlier size first, got ${oldSize} and ${size}`,
  }),
);

export function createLogProofs(input: LogProofsInput): LogProofs {
  const { database, folder } = input;
  return {
    leaf: (index) =>
      withPublished(input, async (latest, published) => {
        if (index >= published.size) throw notPublished({ size: published.size, asked: index });
        const [leaf = ''] = await readLeaves(database, index, index + 1);
        const { note, size, root } = coveringLeaf(input.cosigned?.(), index) ?? { ...published, note: latest };
        const proof = await new TileTree(folder, published.size).hashes(inclusionRanges(index, size));
        const claim = { leaf: leafHash(Buffer.from(leaf, 'utf8')), index, size, root, proof };
        if (!verifyInclusion(claim))
          throw new EvidenceFault(`leaf ${index} and the tiles do not lead to the signed root`);
        return { leaf, proof: { index, hashes: proof, checkpoint: note } };
      }),
    leaves: (indices, { size, root }) =>
      withPublished(input, async (_, latest) => {
        if (size > latest.size) throw notPublished({ size: latest.size, asked: size });
        const tree = new TileTree(folder, latest.size);
        // Whoever takes the proofs checks each; that the tiles lead to this root is checked here, once.
        if (size > 0 && !(await tree.hash({ from: 0, to: size })).equals(root)) {
          throw new EvidenceFault(`the tiles do not lead to the root over ${size} leaves`);
        }
        return Promise.all(indices.map((index) => tree.hashes(inclusionRanges(index, size))));
      }),
    consistency: (oldSize, size) =>
      withPublished(input, async (_, latest) => {
        if (oldSize > size) throw sizesSwapped({ oldSize, size });
        if (size > latest.size) throw notPublished({ size: latest.size, asked: size });
        return proveConsistency(folder, latest, oldSize, size);
      }),
  };
}

/** `latest` is what the tiles are of. */
export async function proveConsistency(
  folder: Pick<EvidenceFolder, 'read'>,
  latest: TreeHead,
  oldSize: number,
  size: number,
): Promise<readonly Hash[]> {
  const tree = new TileTree(folder, latest.size);
  const proof = await tree.hashes(consistencyRanges(oldSize, size));
  await checkAgainstSigned(tree, oldSize, size, proof, latest);
  return proof;
}

function coveringLeaf(note: string | undefined, index: number) {
  const head = note === undefined ? undefined : parseTreeHead(parseNote(note)?.text ?? '');
  return note !== undefined && head !== undefined && index < head.size ? { ...head, note } : undefined;
}

/** Publishing meanwhile replaces open tiles: then it is read again under the checkpoint that followed. */
async function withPublished<T>(
  { publisher }: LogProofsInput,
  work: (note: string, checkpoint: Checkpoint) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const note = publisher.checkpoint();
    const checkpoint = note === undefined ? undefined : parseCheckpoint(parseNote(note)?.text ?? '');
    if (note === undefined || checkpoint === undefined) throw notPublished({ size: 0, asked: 0 });
    try {
      return await work(note, checkpoint);
    } catch (error) {
      if (!(error instanceof TileMissing) || tries === 3) throw error;
      await publisher.flush();
    }
  }
}

async function checkAgainstSigned(
  tree: TileTree,
  oldSize: number,
  size: number,
  proof: readonly Hash[],
  latest: TreeHead,
): Promise<void> {
  if (oldSize === 0) return;
  const oldRoot = await tree.hash({ from: 0, to: oldSize });
  const root = size === latest.size ? latest.root : await tree.hash({ from: 0, to: size });
  if (!verifyConsistency({ oldSize, oldRoot, size, root, proof })) {
    throw new EvidenceFault(`the tiles do not lead from ${oldSize} leaves to the signed root over ${latest.size}`);
  }
}
