// What the evidence log can say of its own records: who saw them, what left the installation, what is kept or destroyed.

import type { Json } from '../../store/core/canonical-json.ts';

export interface RecordEvents {
  'replay.opened': { readonly session: string };
  /** Somebody searched all recordings; `from`: an answer was gone on with. */
  'search.made': { readonly query: string; readonly from?: number };
  /** Somebody asks to see everything that was typed in a session. `custodians`: how many have to agree, of how many. */
  'unsealing.asked': {
    readonly unsealing: string;
    readonly session: string;
    readonly reason: string;
    readonly threshold: number;
    readonly custodians: number;
  };
  /** Before a custodian is handed the capsule with their share. */
  'unsealing.share-released': { readonly unsealing: string; readonly session: string; readonly recipient: string };
  'unsealing.share-received': { readonly unsealing: string; readonly session: string; readonly right: boolean };
  'unsealing.opened': { readonly unsealing: string; readonly session: string; readonly until: number };
  /** Everything that was typed was read, hidden or not. */
  'unsealing.read': { readonly unsealing: string; readonly session: string };
  /** A recording leaves the installation only after a second person has agreed: `terms` says in which form. */
  'export.requested': {
    readonly request: string;
    readonly session: string;
    readonly terms: Json;
    readonly reason: string;
  };
  'export.approved': { readonly request: string; readonly session: string };
  'export.refused': { readonly request: string; readonly session: string; readonly reason: string };
  'export.withdrawn': { readonly request: string; readonly session: string };
  /** Written before the first byte leaves. */
  'export.downloaded': { readonly request: string; readonly session: string; readonly terms: Json };
  /** Recordings are destroyed only after a second person has agreed: `terms` names the sessions. */
  'destroy.requested': {
    readonly request: string;
    readonly session: string;
    readonly terms: Json;
    readonly reason: string;
  };
  'destroy.approved': { readonly request: string; readonly session: string };
  'destroy.refused': { readonly request: string; readonly session: string; readonly reason: string };
  'destroy.withdrawn': { readonly request: string; readonly session: string };
  /** From then on a session, or every session of a ticket, is not destroyed however old it is. */
  'hold.placed': {
    readonly hold: string;
    readonly session?: string;
    readonly ticket?: string;
    readonly reason: string;
  };
  'hold.lifted': {
    readonly hold: string;
    readonly session?: string;
    readonly ticket?: string;
    readonly reason: string;
  };
  /** Somebody was given a leaf of this log with its proof. */
  'leaf.proved': { readonly leaf: number };
  /** Ciphertext and proofs about a ticket were written out, by whoever works on the machine itself. */
  'bundle.exported': { readonly ticket: string; readonly sessions: readonly string[] };
}
