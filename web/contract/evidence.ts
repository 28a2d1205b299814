// The evidence log, as far as a browser can check it for itself.
//
//   GET  /api/v1/checkpoint                         everybody signed in → CheckpointHead
//   GET  /api/v1/checkpoint/consistency?from=&to=   everybody signed in → ConsistencyProof
//   GET  /api/v1/evidence/proof?leaf=               auditor, head → LeafProof    each is an evidence event
//   GET  /api/v1/evidence/witnesses                 auditor, admin → WitnessReport

import Type, { type Static } from 'typebox';

/** How many leaves, or which. */
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const CheckpointHead = Type.Object({
  /** The last signed checkpoint, a C2SP signed note; null before the first. */
  checkpoint: Type.Union([Type.String(), Type.Null()]),
  /** The log's public key as a C2SP verifier key. */
  verifierKey: Type.String(),
});
export type CheckpointHead = Static<typeof CheckpointHead>;

export const ConsistencyQuery = Type.Object({ from: Count, to: Count }, { additionalProperties: false });
export type ConsistencyQuery = Static<typeof ConsistencyQuery>;

export const ConsistencyProof = Type.Object({
  /** RFC 6962 §2.1.2, base 64. */
  hashes: Type.Array(Type.String()),
});
export type ConsistencyProof = Static<typeof ConsistencyProof>;

const Nothing = Type.Null();
/** Milliseconds since 1970. */
const Moment = Type.Union([Type.Integer(), Nothing]);

export const WitnessReport = Type.Object({
  /** Leaves that enough witnesses have cosigned; null where none are asked for. */
  covered: Type.Union([Type.Integer(), Nothing]),
  /** Leaves that are published. */
  size: Type.Integer(),
  witnesses: Type.Array(
    Type.Object({
      name: Type.String(),
      verifierKey: Type.String(),
      /** Null: its answers are carried by hand. */
      url: Type.Union([Type.String(), Nothing]),
      /** The largest checkpoint it has cosigned, and when; null: none yet. */
      size: Type.Union([Type.Integer(), Nothing]),
      at: Moment,
      /** It has not answered for long, or has said no to a checkpoint: which means that the log was put back or rewritten. */
      trouble: Type.Union([Type.Literal('silent'), Type.Literal('refused'), Nothing]),
    }),
  ),
});
export type WitnessReport = Static<typeof WitnessReport>;

export const LeafQuery = Type.Object({ leaf: Count }, { additionalProperties: false });
export type LeafQuery = Static<typeof LeafQuery>;

export const LeafProof = Type.Object({
  /** The leaf, byte for byte: canonical JSON. */
  leaf: Type.String(),
  /** A C2SP tlog-proof, to be kept as `.tlog-proof`. */
  proof: Type.String(),
});
export type LeafProof = Static<typeof LeafProof>;
