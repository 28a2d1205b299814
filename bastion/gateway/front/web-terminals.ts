// The web terminals that are open: found by id when the controller passes on what the browser says.

import { defineRefusal } from '../../../store/core/refusal.ts';
import type { ToController } from '../../link/approved-channel.ts';
import type { Selector } from '../../link/methods.ts';
import type { Sessions } from '../session/sessions.ts';
import { createWebClient, type WebClient } from './web-client-side.ts';

export const noSuchTerminal = defineRefusal('terminal.ended', 'absent', () => ({
  zh: '这个终端已经结束',
  en: 'this terminal has ended',
}));

export interface TerminalRequest {
  readonly terminal: string;
  readonly login: string;
  readonly selector: Selector;
  readonly columns: number;
  readonly rows: number;
}

export class WebTerminals {
  readonly #controller: ToController;
  readonly #sessions: Sessions;
  readonly #open = new Map<string, WebClient>();

  constructor(controller: ToController, sessions: Sessions) {
    this.#controller = controller;
    this.#sessions = sessions;
  }

  /** Starts the session and answers at once; what becomes of it is told through the terminal itself. */
  open({ terminal, login, selector, columns, rows }: TerminalRequest): void {
    const client = createWebClient(this.#controller, terminal);
    this.#open.set(terminal, client);
    const pty = { term: 'xterm-256color', columns, rows, width: 0, height: 0, modes: {} };
    const request = { pty, env: { LANG: 'C.UTF-8', COLORTERM: 'truecolor' } } as const;
    const question = { login, kind: 'shell', selector, command: null, destination: null } as const;
    void this.#sessions.open(question, request, client.side).finally(() => this.#open.delete(terminal));
  }

  find(terminal: string): WebClient {
    const client = this.#open.get(terminal);
    if (client === undefined) throw noSuchTerminal();
    return client;
  }
}
