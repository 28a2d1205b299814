// Why something could not be copied or read, in words.

import { useTranslation } from 'react-i18next';

const KNOWN = [
  'no-permission',
  'no-sftp',
  'no-answer',
  'not-readable',
  'too-large',
  'too-many',
  'too-much',
  'too-slow',
  'odd-name',
  'not-understood',
  'not-stored',
] as const;

export function useWhy(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => t(`originals.why.${KNOWN.find((each) => each === code) ?? 'other'}`, { code });
}
