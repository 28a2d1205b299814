// Logs are for operators: an event name plus fields. The evidence log is evidence; neither replaces the other.

import { pino } from 'pino';

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, cause: unknown, fields?: LogFields): void;
  with(fields: LogFields): Logger;
}

/** Lines of JSON on stderr (stdout belongs to commands' answers), or in `file`. */
export function createLogger(
  name: string,
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent',
  file?: string,
): Logger {
  // At once: a process that ends in its first moments must not lose what it said, nor fail over a file not open yet.
  const destination =
    file === undefined ? pino.destination(2) : pino.destination({ dest: file, mkdir: true, append: true, sync: true });
  return wrap(pino({ name, level, base: { pid: process.pid } }, destination));
}

export const silentLogger: Logger = {
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLogger,
};

function wrap(inner: pino.Logger): Logger {
  return {
    info: (event, fields = {}) => inner.info(fields, event),
    warn: (event, fields = {}) => inner.warn(fields, event),
    error: (event, cause, fields = {}) => inner.error({ ...fields, err: cause }, event),
    with: (fields) => wrap(inner.child(fields)),
  };
}
