// Signs one SSH connection in: password or key first, then the one-time code by keyboard-interactive. The controller
// decides; this file only carries answers between it and ssh2, one at a time.

import type {
  AuthContext,
  AuthenticationType,
  KeyboardAuthContext,
  PasswordAuthContext,
  PublicKeyAuthContext,
} from 'ssh2';
import { type ConnectionName, parseConnectionName } from '../../../store/core/connection-name.ts';
import type { Logger } from '../../../store/core/logger.ts';
import { Refusal, type Sentence } from '../../../store/core/refusal.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { CERTIFICATE_REFUSED } from './not-offered.ts';
import { isAccepted, isCertificate, signatureHolds } from './public-key.ts';

const FIRST: AuthenticationType[] = ['publickey', 'password'];
const SECOND: AuthenticationType[] = ['keyboard-interactive'];

/** Requests of any method on one connection; the controller counts wrong answers besides. */
const MAX_REQUESTS = 20;

export interface SignedIn {
  readonly login: string;
  readonly userName: ConnectionName;
}

export class SshLogin {
  readonly #controller: ToController;
  readonly #source: string;
  readonly #logger: Logger;
  readonly #giveUp: () => void;
  readonly #tell: (text: Sentence) => void;
  readonly #known: () => void;
  #toldOfCertificates = false;
  #login: string | undefined;
  #userName: ConnectionName | undefined;
  #firstFactor = false;
  #authenticated = false;
  /** The connection is gone; a login that only now comes into being is ended at once. */
  #over = false;
  #requests = 0;
  #busy: Promise<void> = Promise.resolve();

  constructor(parts: {
    readonly controller: ToController;
    readonly source: string;
    readonly logger: Logger;
    /** Ends the connection: nothing more can come of it. */
    readonly giveUp: () => void;
    /** Shows a sentence to the person while they sign in. */
    readonly tell: (text: Sentence) => void;
    /** Hears that a first factor was accepted. */
    readonly known: () => void;
  }) {
    this.#controller = parts.controller;
    this.#source = parts.source;
    this.#logger = parts.logger;
    this.#giveUp = parts.giveUp;
    this.#tell = parts.tell;
    this.#known = parts.known;
  }

  /** Who is signed in; undefined until both factors were accepted. */
  get signedIn(): SignedIn | undefined {
    if (!this.#authenticated || this.#login === undefined || this.#userName === undefined) return undefined;
    return { login: this.#login, userName: this.#userName };
  }

  /** ssh2 may emit a request while another waits for the controller; they are answered strictly in order. */
  handle(context: AuthContext): void {
    this.#busy = this.#busy.then(() => this.#decide(context)).catch((error: unknown) => this.#refuse(context, error));
  }

  async end(): Promise<void> {
    this.#over = true;
    if (this.#login === undefined) return;
    await this.#controller.call('login.end', { login: this.#login }).catch(() => undefined);
  }

  async #decide(context: AuthContext): Promise<void> {
    this.#requests += 1;
    if (this.#requests > MAX_REQUESTS) {
      this.#giveUp();
      return;
    }
    if (context.method === 'none') {
      context.reject(FIRST);
      return;
    }
    if (this.#over) return;
    const login = await this.#start(context.username);
    if (this.#over) return this.end();
    if (this.#firstFactor) await this.#second(context, login);
    else await this.#first(context, login);
  }

  async #start(username: string): Promise<string> {
    if (this.#login !== undefined) return this.#login;
    this.#userName = parseConnectionName(username);
    // A name that cannot exist is asked for all the same: it must not answer faster or otherwise than a wrong one.
    const name = this.#userName?.account ?? '';
    const typed = this.#userName === undefined ? '' : username;
    const { login } = await this.#controller.call('login.start', { name, typed, source: this.#source });
    this.#login = login;
    return login;
  }

  async #first(context: AuthContext, login: string): Promise<void> {
    if (context.method === 'password') await this.#password(context as PasswordAuthContext, login);
    else if (context.method === 'publickey') await this.#publicKey(context as PublicKeyAuthContext, login);
    else context.reject(FIRST);
  }

  async #password(context: PasswordAuthContext, login: string): Promise<void> {
    const { accepted } = await this.#controller.call('login.password', { login, password: context.password });
    this.#afterFirst(context, accepted);
  }

  async #publicKey(context: PublicKeyAuthContext, login: string): Promise<void> {
    if (!isAccepted(context.key)) {
      if (isCertificate(context.key)) this.#refuseCertificate();
      context.reject(FIRST);
      return;
    }
    const blob = context.key.data.toString('base64');
    if (context.signature === undefined) {
      const { accepted } = await this.#controller.call('login.offers-key', { login, blob });
      // Without a signature this only says PK_OK: "go on and sign". It proves nothing and counts for nothing.
      if (accepted) context.accept();
      else context.reject(FIRST);
      return;
    }
    if (!signatureHolds(context)) {
      context.reject(FIRST);
      return;
    }
    const { accepted, done } = await this.#controller.call('login.key', { login, blob });
    if (!done) return this.#afterFirst(context, accepted);
    this.#known();
    this.#firstFactor = true;
    this.#authenticated = true;
    context.accept();
  }

  // A client with a certificate goes on to its next key without a word; the person would never know why.
  #refuseCertificate(): void {
    if (!this.#toldOfCertificates) this.#tell(CERTIFICATE_REFUSED);
    this.#toldOfCertificates = true;
  }

  #afterFirst(context: AuthContext, accepted: boolean): void {
    this.#firstFactor = accepted;
    if (accepted) this.#known();
    if (accepted) context.reject(SECOND, true);
    else context.reject(FIRST);
  }

  async #second(context: AuthContext, login: string): Promise<void> {
    if (context.method !== 'keyboard-interactive') {
      context.reject(SECOND);
      return;
    }
    const code = await promptForCode(context as KeyboardAuthContext);
    if (code === undefined) return;
    const { accepted } = await this.#controller.call('login.code', { login, code });
    this.#authenticated = accepted;
    if (accepted) context.accept();
    else context.reject(SECOND);
  }

  #refuse(context: AuthContext, error: unknown): void {
    if (!(error instanceof Refusal)) this.#logger.error('login.fault', error);
    context.reject([]);
    this.#giveUp();
  }
}

/** Undefined when the client dropped the prompt for another request: RFC 4252 section 5.1 says to forget it. */
function promptForCode(context: KeyboardAuthContext): Promise<string | undefined> {
  return new Promise((resolve) => {
    // No title: OpenSSH shows it escaped. ASCII first, for terminals that show nothing else.
    const prompts = [{ prompt: 'One-time code 动态口令: ', echo: false }];
    context.prompt(prompts, '', '', (answers: readonly string[] | Error) =>
      resolve(answers instanceof Error ? undefined : (answers[0]?.trim() ?? '')),
    );
  });
}
