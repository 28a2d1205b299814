// One web terminal from the mounted screen to its end.

import { type RefObject, useEffect, useRef, useState } from 'react';
import type { SecondFactor, Sentence } from '../../contract/words.ts';
import { openTerminal } from '../api/sessions.ts';
import { EscapeFilter, FitAddon, newTerminal, type Terminal } from '../emulator/screen.ts';
import { connectTerminal, type TerminalSocket } from './terminal-socket.ts';

export type Phase =
  | { readonly name: 'asking' }
  | { readonly name: 'opening' }
  | { readonly name: 'live'; readonly sessionId: string; readonly closesAt: number }
  | {
      readonly name: 'ended';
      readonly why: 'said' | 'lost' | 'left';
      /** Why the session ended, as the server names it. */
      readonly reason?: string;
      readonly text?: Sentence;
      readonly exitStatus?: number | null;
    };

export interface WebTerminal {
  readonly phase: Phase;
  readonly notice: Sentence | undefined;
  readonly dismissNotice: () => void;
  readonly open: (code: SecondFactor) => Promise<void>;
  readonly leave: () => void;
}

export function useTerminal(
  place: RefObject<HTMLElement | null>,
  wanted: { readonly ticketId: string; readonly targetAccountId: string },
): WebTerminal {
  const [phase, setPhase] = useState<Phase>({ name: 'asking' });
  const [notice, setNotice] = useState<Sentence | undefined>();
  const screen = useRef<Terminal>(undefined);
  const socket = useRef<TerminalSocket>(undefined);
  useEffect(() => {
    if (place.current === null) return;
    const mounted = mount(place.current, (columns, rows) => socket.current?.resize(columns, rows));
    screen.current = mounted.terminal;
    return () => {
      socket.current?.close();
      mounted.unmount();
    };
  }, [place]);
  const open = async (code: SecondFactor) => {
    const terminal = screen.current;
    if (terminal === undefined) return;
    const { cols: columns, rows } = terminal;
    const { token } = await openTerminal({ ...wanted, columns, rows, code });
    setPhase({ name: 'opening' });
    socket.current = converse(terminal, token, setPhase, setNotice);
  };
  return {
    phase,
    notice,
    dismissNotice: () => setNotice(undefined),
    open,
    leave: () => {
      socket.current?.close();
      setPhase({ name: 'ended', why: 'left' });
    },
  };
}

function converse(
  terminal: Terminal,
  token: string,
  setPhase: (phase: Phase | ((before: Phase) => Phase)) => void,
  setNotice: (notice: Sentence) => void,
): TerminalSocket {
  const filter = new EscapeFilter({ answers: true });
  const end = (phase: Phase) => {
    terminal.options.disableStdin = true;
    setPhase(phase);
  };
  const socket = connectTerminal(token, {
    onBytes: (bytes) => terminal.write(filter.push(bytes)),
    onLost: () => end({ name: 'ended', why: 'lost' }),
    onSays: (says) => {
      if (says.type === 'notice') setNotice(says.text);
      else if (says.type === 'ended')
        end({ name: 'ended', why: 'said', reason: says.reason, text: says.text, exitStatus: says.exitStatus });
      else if (says.type === 'window')
        setPhase((before) => (before.name === 'live' ? { ...before, closesAt: says.closesAt } : before));
      else {
        setPhase({ name: 'live', sessionId: says.sessionId, closesAt: says.closesAt });
        // The window may have changed its size while the code was typed.
        socket.resize(terminal.cols, terminal.rows);
        terminal.focus();
      }
    },
  });
  const encoder = new TextEncoder();
  terminal.onData((text) => socket.type(encoder.encode(text)));
  terminal.onBinary((text) => socket.type(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  return socket;
}

function mount(place: HTMLElement, onResize: (columns: number, rows: number) => void) {
  const terminal = newTerminal();
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  fit.fit();
  terminal.onResize(({ cols, rows }) => onResize(cols, rows));
  const watcher = new ResizeObserver(() => fit.fit());
  watcher.observe(place);
  return {
    terminal,
    unmount: () => {
      watcher.disconnect();
      terminal.dispose();
    },
  };
}
