// Live updates: the server says what kind of thing changed, and the page asks again for what it shows. After a gap
// everything is asked again, because what happened meanwhile was not heard.

import type { QueryClient } from '@tanstack/react-query';
import Value from 'typebox/value';
import { LiveEvent } from '../../contract/sessions.ts';

const RETRY_MS = 3000;

/** Listens until the returned function is called. */
export function listen(client: QueryClient, address = '/api/v1/live'): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let gap = false;
  const open = () => {
    source = new EventSource(address);
    source.onopen = () => {
      if (gap) void client.invalidateQueries();
      gap = false;
    };
    source.onmessage = (message: MessageEvent<string>) => {
      const event = read(message.data);
      if (event !== undefined) void client.invalidateQueries({ queryKey: [event.changed] });
    };
    source.onerror = () => {
      gap = true;
      // The browser reconnects by itself after a cut, but gives up after an answer that is not 200.
      if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(open, RETRY_MS);
    };
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}

function read(text: string): LiveEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(LiveEvent, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
