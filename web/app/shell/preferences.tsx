// The two choices of the reader: language and appearance.

import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../kit/icon.tsx';
import { speak } from '../language/language.ts';
import { THEMES, type Theme, useTheme } from './theme.ts';

const THEME_ICONS: Record<Theme, IconName> = { system: 'device-desktop', light: 'sun', dark: 'moon' };

export function Preferences() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  return (
    <div className="row g1 prefs">
      <button
        type="button"
        className="iconbtn"
        onClick={() => setTheme(next)}
        aria-label={`${t('settings.theme')}: ${t(`settings.${theme}`)}`}
        title={`${t('settings.theme')}: ${t(`settings.${theme}`)}`}
      >
        <Icon name={THEME_ICONS[theme]} />
      </button>
      <button
        type="button"
        className="btn ghost sm"
        onClick={() => void speak(i18n, other)}
        lang={other}
        title={t('settings.language')}
      >
        <Icon name="world" /> {other === 'en' ? 'English' : '中文'}
      </button>
    </div>
  );
}
