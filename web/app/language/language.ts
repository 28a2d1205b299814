// Which language the page speaks: Chinese unless the reader chose English; the choice is remembered in this browser.

import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { remember, remembered } from './remembered.ts';
import { zh } from './zh.ts';

export type Language = 'zh-CN' | 'en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page';
    resources: { page: typeof zh };
  }
}

export async function startLanguage(): Promise<i18n> {
  const words = i18next.createInstance();
  words.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await words.use(initReactI18next).init({
    lng: remembered('language') === 'en' ? 'en' : 'zh-CN',
    fallbackLng: 'zh-CN',
    defaultNS: 'page',
    ns: ['page'],
    resources: { 'zh-CN': { page: zh }, en: { page: en } },
    // React escapes; escaping twice would show &amp; to the reader.
    interpolation: { escapeValue: false },
  });
  return words;
}

export async function speak(words: i18n, language: Language): Promise<void> {
  remember('language', language);
  await words.changeLanguage(language);
}
