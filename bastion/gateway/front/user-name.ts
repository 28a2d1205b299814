// What a person types before the @: `account`, `account+target` or `account+login+target`. Attacker-controlled.

export interface UserName {
  readonly account: string;
  /** The login on the target; null when one choice is enough. */
  readonly login: string | null;
  /** The target's name; null when only one is open. */
  readonly target: string | null;
}

/** Undefined when the text is none of the three forms. Neither names nor logins contain a plus sign. */
export function parseUserName(text: string): UserName | undefined {
  if (text.length > 256 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return undefined;
  const parts = text.split('+');
  if (parts.some((part) => part === '')) return undefined;
  const [account, second, third] = parts;
  if (account === undefined) return undefined;
  if (parts.length === 1) return { account, login: null, target: null };
  if (parts.length === 2 && second !== undefined) return { account, login: null, target: second };
  if (parts.length === 3 && second !== undefined && third !== undefined) {
    return { account, login: second, target: third };
  }
  return undefined;
}
