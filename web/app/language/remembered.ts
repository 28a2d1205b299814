// The two choices kept in this browser. What it saw of the evidence log is in witness/kept.ts; nothing else is kept.

export type Choice = 'theme' | 'language';

export function remembered(choice: Choice): string | null {
  try {
    return localStorage.getItem(`sluice.${choice}`);
  } catch {
    return null; // storage switched off: the default, every time
  }
}

export function remember(choice: Choice, value: string): void {
  try {
    localStorage.setItem(`sluice.${choice}`, value);
  } catch {
    // the choice holds until the page is left
  }
}
