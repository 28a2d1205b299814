// The server sends its sentences in both languages; this picks the reader's.

import { useTranslation } from 'react-i18next';
import type { Sentence } from '../../contract/words.ts';

export function useSentence(): (sentence: Sentence) => string {
  const { i18n } = useTranslation();
  return (sentence) => (i18n.language === 'en' ? sentence.en : sentence.zh);
}
