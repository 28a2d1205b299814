// The problem of one field of the form, as a sentence.

import { useTranslation } from 'react-i18next';
import type { Draft, DraftField, DraftProblem } from './draft.ts';

export interface FieldsProps {
  readonly draft: Draft;
  readonly problems: readonly DraftProblem[];
  readonly onChange: (change: Partial<Draft>) => void;
}

export function useDraftError(problems: readonly DraftProblem[]): (field: DraftField) => string | undefined {
  const { t } = useTranslation();
  return (field) => {
    const problem = problems.find((each) => each.field === field);
    if (problem === undefined) return undefined;
    return t(`form.missing.${problem.word}`, { text: problem.word === 'source' ? problem.text : '' });
  };
}
