// Sluice as a peer: the whole product in processes of its own, with an approved ticket and one engineer's key.

import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sshd } from '../support/sshd.ts';
import type { Peer } from './peers.ts';
import { descendantsOf } from './processes.ts';
import type { Asked, Facts } from './sluice-process.ts';

export class SluiceUnderTest implements Peer {
  readonly name = 'sluice';
  readonly records = true;
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  readonly #child: ChildProcess;
  readonly #askpass: string;
  #code = '';

  static async start(folder: string, target: Sshd): Promise<SluiceUnderTest> {
    const child = fork(join(import.meta.dirname, 'sluice-process.ts'), [JSON.stringify({ folder, target })], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const facts = (await answerOf(child)) as Facts;
    return new SluiceUnderTest(child, facts, folder);
  }

  private constructor(child: ChildProcess, facts: Facts, folder: string) {
    this.#child = child;
    this.port = facts.port;
    this.user = facts.user;
    this.keyFile = facts.keyFile;
    this.#askpass = join(folder, 'askpass');
    writeFileSync(this.#askpass, '#!/bin/sh\nprintf "%s\\n" "$SLUICE_BENCH_CODE"\n');
    chmodSync(this.#askpass, 0o755);
  }

  pids(): readonly number[] {
    const controller = this.#child.pid ?? 0;
    return [controller, ...descendantsOf(controller)];
  }

  /** The second factor stays fresh for a while, so a code is fetched now and then only. */
  async prepare(): Promise<void> {
    this.#code = (await this.#ask({ ask: 'code' })) as string;
  }

  env(): Record<string, string> {
    return { SSH_ASKPASS: this.#askpass, SSH_ASKPASS_REQUIRE: 'force', SLUICE_BENCH_CODE: this.#code };
  }

  async arm(): Promise<void> {
    await this.#ask({ ask: 'armed' });
  }

  async cut(): Promise<void> {
    await this.#ask({ ask: 'cut' });
  }

  async stop(): Promise<void> {
    const exit = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.send({ ask: 'stop' } satisfies Asked);
    await exit;
  }

  #ask(question: Asked): Promise<unknown> {
    const answer = answerOf(this.#child);
    this.#child.send(question);
    return answer;
  }
}

function answerOf(child: ChildProcess): Promise<unknown> {
  child.setMaxListeners(0);
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`expected an answer, the process ended with ${code}`)));
  });
}
