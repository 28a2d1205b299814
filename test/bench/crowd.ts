// Many sessions at once, each a client of its own: gathered, watched, sent home.

import { type Started, shown, ssh } from './client.ts';
import { type Bench, type Peer, sshConfig } from './peers.ts';

const AT_ONCE = 8;
const PATIENCE_MS = 120_000;

export class Crowd {
  readonly #members: readonly Started[];

  /** Resolves when each has printed an R. */
  static async gather(bench: Bench, peer: Peer, count: number, command: string): Promise<Crowd> {
    const members: Started[] = [];
    const join = async (upTo: number): Promise<void> => {
      while (members.length < upTo) {
        const member = ssh({ config: sshConfig(bench) }, peer, ['-tt', command], ['pipe', 'pipe', 'ignore']);
        members.push(member);
        await shown(member, 'R');
        member.child.stdout?.resume();
      }
    };
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`expected ${count} sessions in time`)), PATIENCE_MS).unref();
    });
    await peer.prepare();
    try {
      // One alone, whose second factor is then fresh for the others: a code works once.
      await Promise.race([join(1), late]);
      await Promise.race([Promise.all(Array.from({ length: AT_ONCE }, () => join(count))), late]);
    } catch (error) {
      await new Crowd(members).leave();
      throw error;
    }
    return new Crowd(members);
  }

  private constructor(members: readonly Started[]) {
    this.#members = members;
  }

  /** When each was gone. */
  gone(): Promise<number[]> {
    return Promise.all(this.#members.map(({ exit }) => exit.then(() => performance.now())));
  }

  async leave(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()));
  }
}
