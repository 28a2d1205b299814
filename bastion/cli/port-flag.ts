// Ports on the command line.

import { defineRefusal } from '../../store/core/refusal.ts';

const badPort = defineRefusal<{ flag: string; got: string }>('usage.port', 'invalid', ({ flag, got }) => ({
  zh: `--${flag} 应为 0 到 65535 的整数，实为 ${got}`,
  en: `--${flag}: expected a whole number from 0 to 65535, got ${got}`,
}));

/** Undefined when the flag was not given. */
export function portFlag(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) throw badPort({ flag, got: JSON.stringify(text) });
  return port;
}

/** Settings that `--http` and `--ssh` stand for. */
export function portOverrides(http: number | undefined, ssh: number | undefined): Record<string, number> {
  return {
    ...(http === undefined ? {} : { 'web.port': http }),
    ...(ssh === undefined ? {} : { 'gateway.port': ssh }),
  };
}
