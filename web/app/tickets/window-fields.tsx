// From when to when, on the clock of the centre, with quick choices.

import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useCentreClock } from '../clock/centre-clock.tsx';
import { spoken } from '../clock/spans.ts';
import { instantOf } from '../clock/wall-time.ts';
import { describedBy, Field, FieldError } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { type Draft, quickWindows } from './draft.ts';
import { type FieldsProps, useDraftError } from './draft-error.ts';

export function WindowFields({ draft, problems, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const clock = useCentreClock();
  const start = instantOf(draft.start, clock.zone);
  const end = instantOf(draft.end, clock.zone);
  const lasts = start !== undefined && end !== undefined && end > start ? spoken(t, end - start) : undefined;
  return (
    <fieldset className="field">
      <legend className="lab">{t('tickets.window')}</legend>
      <fieldset className="row wrap bare" aria-label={t('form.quick')}>
        {quickWindows(clock.now(), clock.zone).map((quick) => (
          <button
            key={quick.word}
            type="button"
            className={quick.start === draft.start && quick.end === draft.end ? 'chip on' : 'chip'}
            onClick={() => onChange({ start: quick.start, end: quick.end })}
          >
            {t(`form.${quick.word}`)}
          </button>
        ))}
      </fieldset>
      <div className="pair">
        <WallField name="start" draft={draft} problems={problems} onChange={onChange} />
        <WallField name="end" draft={draft} problems={problems} onChange={onChange} />
      </div>
      <MoreWindows draft={draft} problems={problems} onChange={onChange} />
      <p className="hint">
        {lasts !== undefined && <b className="t1">{t('form.lasts', { span: lasts })} </b>}
        {t('form.zone', { zone: clock.zone })}
      </p>
    </fieldset>
  );
}

function MoreWindows({ draft, problems, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  const error = useDraftError(problems)('more');
  const set = (nth: number, change: Partial<Draft['more'][number]>) =>
    onChange({ more: draft.more.map((each, at) => (at === nth ? { ...each, ...change } : each)) });
  return (
    <>
      {draft.more.map((window, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a window has no name but its place
        <div key={nth} className="row wrap">
          {(['start', 'end'] as const).map((name) => (
            <input
              key={name}
              className="input"
              type="datetime-local"
              aria-label={`${t('form.nthWindow', { nth: nth + 2 })} ${t(`form.${name}`)}`}
              value={window[name]}
              onChange={(event) => set(nth, { [name]: event.target.value })}
            />
          ))}
          <button
            type="button"
            className="btn ghost sm"
            onClick={() => onChange({ more: draft.more.filter((_, at) => at !== nth) })}
          >
            {t('form.withoutWindow')}
          </button>
        </div>
      ))}
      <FieldError id={id} error={error} />
      {draft.more.length < 15 && (
        <button
          type="button"
          className="btn quiet sm"
          onClick={() => onChange({ more: [...draft.more, { start: '', end: '' }] })}
        >
          <Icon name="plus" />
          {t('form.moreWindow')}
        </button>
      )}
    </>
  );
}

function WallField({ name, draft, problems, onChange }: FieldsProps & { readonly name: 'start' | 'end' }) {
  const { t } = useTranslation();
  const id = useId();
  const error = useDraftError(problems)(name);
  return (
    <Field id={id} label={t(`form.${name}`)} error={error}>
      <input
        id={id}
        className="input"
        type="datetime-local"
        value={draft[name]}
        onChange={(event) => onChange(name === 'start' ? { start: event.target.value } : { end: event.target.value })}
        {...describedBy(id, error)}
      />
    </Field>
  );
}
