// Where to go after signing in. Only a path on this site counts: `//evil.example`, `/\evil.example` and
// `https://evil.example` arrive in links other people made, and must lead home.

/** The path to go to; `/` for anything that is not a plain path of this page. */
export function nextPath(next: string | undefined, origin: string): string {
  if (next === undefined || !next.startsWith('/')) return '/';
  try {
    const url = new URL(next, origin);
    if (url.origin !== origin) return '/';
    // What the parser made of it decides, not how it was written: tabs and backslashes are gone by now.
    const path = url.pathname + url.search;
    return path.startsWith('//') || path.startsWith('/sign-in') ? '/' : path;
  } catch {
    return '/';
  }
}
