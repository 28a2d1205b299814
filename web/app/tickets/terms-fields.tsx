// The terms of a ticket: how urgent, what it does to trading, what is changed and how to go back, who comes along.

import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { colleaguesQuery, requestableQuery } from '../api/tickets.ts';
import { describedBy, Field } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { type DraftError, type FieldsProps, useDraftError } from './draft-error.ts';
import type { DraftTerms } from './draft-terms.ts';

interface TermsProps {
  readonly terms: DraftTerms;
  readonly error: DraftError;
  readonly onChange: (change: Partial<DraftTerms>) => void;
}

export function TermsFields({ draft, problems, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const error = useDraftError(problems);
  const { terms } = draft;
  const change = (more: Partial<DraftTerms>) => onChange({ terms: { ...terms, ...more } });
  const props = { terms, error, onChange: change };
  return (
    <>
      <fieldset className="field stack g3">
        <legend className="lab">{t('terms.title')}</legend>
        <Choice name="urgency" options={['planned', 'emergency', 'drill']} {...props} />
        {terms.urgency !== 'planned' && <p className="note s-warning">{t('terms.emergencySay')}</p>}
        <Choice name="impact" options={['none', 'degraded', 'interrupted']} {...props} />
        {terms.impact !== 'none' && <Text name="notice" rows={2} most={1000} {...props} />}
        <Choice name="risk" options={['low', 'medium', 'high']} {...props} />
      </fieldset>
      <ChangeFields chosen={draft.channels} {...props} />
      <Text name="rollback" rows={3} most={10_000} {...props} />
      <details className="field" open={hasMore(draft.terms)}>
        <summary>
          {t('terms.more')}
          <Icon name="chevron-right" className="t3 end" />
        </summary>
        <div className="stack g3">
          <Companions {...props} />
          <Text name="contract" rows={1} most={200} {...props} />
          <Text name="tools" rows={2} most={20_000} mono {...props} />
          <Flag name="supervised" {...props} />
          <Flag name="finishRunning" {...props} />
        </div>
      </details>
    </>
  );
}

/** What is filled in already is not hidden. */
function hasMore({ contract, tools, companions, supervised, finishRunning }: DraftTerms): boolean {
  return contract !== '' || tools !== '' || companions.length > 0 || supervised || finishRunning;
}

interface ChoiceProps extends TermsProps {
  readonly name: 'urgency' | 'impact' | 'risk';
  readonly options: readonly string[];
}

function Choice({ name, options, terms, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const words = t(`terms.${name}Words`, { returnObjects: true }) as Readonly<Record<string, string>>;
  return (
    <fieldset className="row wrap bare" aria-label={t(`terms.${name}`)}>
      <span className="sm t2">{t(`terms.${name}`)}</span>
      {options.map((option) => (
        <button
          key={option}
          type="button"
          className={terms[name] === option ? 'chip on' : 'chip'}
          aria-pressed={terms[name] === option}
          onClick={() => onChange({ [name]: option })}
        >
          {words[option]}
        </button>
      ))}
    </fieldset>
  );
}

interface TextProps extends TermsProps {
  readonly name: 'notice' | 'rollback' | 'contract' | 'tools';
  readonly rows: number;
  readonly most: number;
  readonly mono?: boolean;
}

function Text({ name, rows, most, mono = false, terms, error, onChange }: TextProps) {
  const { t } = useTranslation();
  const id = useId();
  const problem = name === 'notice' || name === 'tools' ? error(name) : undefined;
  return (
    <Field id={id} label={t(`terms.${name}Label`)} hint={t(`terms.${name}Hint`)} error={problem}>
      <textarea
        id={id}
        className={mono ? 'input area mono' : 'input area'}
        rows={rows}
        maxLength={most}
        value={terms[name]}
        onChange={(event) => onChange({ [name]: event.target.value })}
        {...describedBy(id, problem)}
      />
    </Field>
  );
}

function Flag({ name, terms, onChange }: TermsProps & { readonly name: 'supervised' | 'finishRunning' }) {
  const { t } = useTranslation();
  return (
    <label className="chip check">
      <input type="checkbox" checked={terms[name]} onChange={(event) => onChange({ [name]: event.target.checked })} />
      {t(`terms.${name}`)}
    </label>
  );
}

function Companions({ terms, onChange }: TermsProps) {
  const { t } = useTranslation();
  const { data = [] } = useQuery(colleaguesQuery);
  if (data.length === 0) return null;
  const toggle = (id: string, comes: boolean) =>
    onChange({ companions: comes ? [...terms.companions, id] : terms.companions.filter((each) => each !== id) });
  return (
    <fieldset className="stack g2">
      <legend className="lab">{t('terms.companions')}</legend>
      <div className="row wrap">
        {data.map(({ id, displayName }) => (
          <label key={id} className="chip check">
            <input
              type="checkbox"
              checked={terms.companions.includes(id)}
              onChange={(event) => toggle(id, event.target.checked)}
            />
            {displayName}
          </label>
        ))}
      </div>
      <p className="hint">{t('terms.companionsHint')}</p>
    </fieldset>
  );
}

interface ChangesProps extends TermsProps {
  readonly chosen: FieldsProps['draft']['channels'];
}

function ChangeFields({ chosen, terms, error, onChange }: ChangesProps) {
  const { t } = useTranslation();
  const { data: targets = [] } = useQuery(requestableQuery);
  const places = targets.flatMap(({ name, accounts }) => accounts.map(({ id, login }) => ({ id, name, login })));
  const asked = places.filter(({ id }) => chosen.some((each) => each.targetAccountId === id && each.kinds.length > 0));
  const of = (targetAccountId: string) =>
    terms.changes.find((each) => each.targetAccountId === targetAccountId) ?? {
      targetAccountId,
      modify: '',
      remove: '',
    };
  const set = (targetAccountId: string, change: { modify?: string; remove?: string }) =>
    onChange({
      changes: [
        ...terms.changes.filter((each) => each.targetAccountId !== targetAccountId),
        { ...of(targetAccountId), ...change },
      ],
    });
  return (
    <fieldset className="field stack g3">
      <legend className="lab">{t('terms.changesLabel')}</legend>
      <p className="hint">{t('terms.changesHint')}</p>
      {asked.map(({ id, name, login }) => (
        <div key={id} className="stack g2">
          <p className="row sm">
            <Icon name="server-2" className="t3" />
            {name} <span className="mono">{login}</span>
          </p>
          <div className="pair">
            {(['modify', 'remove'] as const).map((what) => (
              <Field
                key={what}
                id={`${id}-${what}`}
                label={t(what === 'modify' ? 'terms.modify' : 'terms.delete')}
                error={error('changes', id)}
              >
                <textarea
                  id={`${id}-${what}`}
                  className="input area mono"
                  rows={2}
                  spellCheck={false}
                  value={of(id)[what]}
                  onChange={(event) => set(id, { [what]: event.target.value })}
                  {...describedBy(`${id}-${what}`, error('changes', id))}
                />
              </Field>
            ))}
          </div>
        </div>
      ))}
    </fieldset>
  );
}
