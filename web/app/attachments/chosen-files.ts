// Files chosen for a ticket, before they leave this browser: what the server is certain to refuse is said at once.

import { useTranslation } from 'react-i18next';

const MOST_BYTES = 10 * 1024 * 1024;
export const MOST_ATTACHMENTS = 8;
export const ACCEPTED =
  '.pdf,.png,.jpg,.jpeg,.docx,.xlsx,.txt,.log,.md,.sql,.conf,.cfg,.ini,.json,.yaml,.yml,.diff,.patch';

/** Which of them may be tried, and a sentence for each that may not. `present`: how many there are already. */
export function useChoice(): (files: readonly File[], present: number) => { fit: File[]; problems: string[] } {
  const { t } = useTranslation();
  return (files, present) => {
    const problems: string[] = [];
    const right = files.filter(({ name, size }) => {
      if (size === 0) problems.push(t('attachments.empty', { name }));
      else if (size > MOST_BYTES) problems.push(t('attachments.tooLarge', { name }));
      return size > 0 && size <= MOST_BYTES;
    });
    const fit = right.slice(0, Math.max(0, MOST_ATTACHMENTS - present));
    if (fit.length < right.length) problems.push(t('attachments.tooMany'));
    return { fit, problems };
  };
}
