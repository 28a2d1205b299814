// The problem of one field of the form, as a sentence.

import { useTranslation } from 'react-i18next';
import type { Draft, DraftProblem } from './draft.ts';

export interface FieldsProps {
  readonly draft: Draft;
  readonly problems: readonly DraftProblem[];
  readonly onChange: (change: Partial<Draft>) => void;
}

/** `account`: which target account's terms are meant, where each has its own. */
export type DraftError = (field: DraftProblem['field'], account?: string) => string | undefined;

export function useDraftError(problems: readonly DraftProblem[]): DraftError {
  const { t } = useTranslation();
  return (field, account) => {
    const problem = problems.find((each) => each.field === field && (!('account' in each) || each.account === account));
    if (problem === undefined) return undefined;
    return t(`form.missing.${problem.word}`, { text: 'text' in problem ? problem.text : '' });
  };
}
