// Light, dark, or as the system says; remembered in this browser.

import { useEffect, useState } from 'react';
import { remember, remembered } from '../language/remembered.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const DARK = '(prefers-color-scheme: dark)';

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => THEMES.find((known) => known === remembered('theme')) ?? 'system');
  useEffect(() => {
    const system = window.matchMedia(DARK);
    const paint = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches);
      document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    };
    paint();
    system.addEventListener('change', paint);
    return () => system.removeEventListener('change', paint);
  }, [theme]);
  const choose = (next: Theme) => {
    remember('theme', next);
    setTheme(next);
  };
  return [theme, choose];
}
