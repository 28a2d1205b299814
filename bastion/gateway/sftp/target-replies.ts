// From target to client: each answer is parsed, heard by whoever keeps count, and passed on as it came under the
// client's own id. Answers to our own questions stay here.

import type { FileTerms } from '../../../store/core/channel-terms.ts';
import { MOST_HANDLES } from './handle-table.ts';
import type { Outbox } from './outbox.ts';
import type { Outstanding } from './outstanding.ts';
import type { Packet } from './packet-reader.ts';
import { MOST_PACKET_BYTES, VERSION } from './protocol.ts';
import { encodeVersion, parseReply, parseVersion } from './reply.ts';
import { announced } from './rights.ts';
import { SftpProblem } from './sftp-problem.ts';

export class TargetReplies {
  readonly #outstanding: Outstanding;
  readonly #toClient: Outbox;
  readonly #terms: FileTerms;
  readonly #greeting = Promise.withResolvers<void>();
  #greeted = false;
  /** Resolves when the client has been told the version. */
  readonly greeted = this.#greeting.promise;

  constructor(parts: { readonly outstanding: Outstanding; readonly toClient: Outbox; readonly terms: FileTerms }) {
    this.#outstanding = parts.outstanding;
    this.#toClient = parts.toClient;
    this.#terms = parts.terms;
  }

  /** Throws SftpProblem. */
  take(packet: Packet): void {
    if (!this.#greeted) {
      this.#greet(packet);
      return;
    }
    const reply = parseReply(packet);
    const question = this.#outstanding.settle(reply);
    if (question === undefined) return;
    question.answered?.(reply);
    if (question.op === 'limits' && reply.kind === 'extended-reply') clampLimits(packet.whole());
    packet.head(ID_END).writeUInt32BE(question.id, ID_AT);
    this.#toClient.put(packet.pieces);
  }

  #greet(packet: Packet): void {
    const { version, extensions } = parseVersion(packet);
    if (version !== VERSION) throw new SftpProblem('target', `expected version ${VERSION}, got ${version}`);
    this.#greeted = true;
    this.#toClient.put([encodeVersion(announced(extensions, this.#terms.rights))]);
    this.#greeting.resolve();
  }
}

const ID_AT = 5;
const ID_END = 9;
/** limits@openssh.com: longest packet, read and write, most handles; 0 is no limit. */
const LIMITS = [MOST_PACKET_BYTES - 1024, 255 * 1024, 255 * 1024, MOST_HANDLES];

function clampLimits(packet: Buffer): void {
  LIMITS.forEach((most, nth) => {
    const at = ID_END + 8 * nth;
    if (at + 8 > packet.length) return;
    const limit = packet.readBigUInt64BE(at);
    if (limit === 0n || limit > BigInt(most)) packet.writeBigUInt64BE(BigInt(most), at);
  });
}
