// The fields of a new ticket.

import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { describedBy, Field } from '../kit/field.tsx';
import { ChannelPicker } from './channel-picker.tsx';
import { type FieldsProps, useDraftError } from './draft-error.ts';
import { TermsFields } from './terms-fields.tsx';
import { WindowFields } from './window-fields.tsx';

export function TicketFields({ draft, problems, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  const error = useDraftError(problems);
  return (
    <>
      <Field id={`${id}-purpose`} label={t('form.purpose')} hint={t('form.purposeHint')} error={error('purpose')}>
        <input
          id={`${id}-purpose`}
          className="input"
          maxLength={200}
          value={draft.purpose}
          onChange={(event) => onChange({ purpose: event.target.value })}
          {...describedBy(`${id}-purpose`, error('purpose'))}
        />
      </Field>
      <ChannelPicker
        chosen={draft.channels}
        error={error}
        onChange={(channels) => onChange({ channels: [...channels] })}
      />
      <WindowFields draft={draft} problems={problems} onChange={onChange} />
      <Field id={`${id}-sources`} label={t('form.sources')} hint={t('form.sourcesHint')} error={error('sources')}>
        <textarea
          id={`${id}-sources`}
          className="input area mono"
          rows={2}
          spellCheck={false}
          value={draft.sources}
          onChange={(event) => onChange({ sources: event.target.value })}
          {...describedBy(`${id}-sources`, error('sources'))}
        />
      </Field>
      <Field id={`${id}-plan`} label={t('form.plan')} hint={t('form.planHint')} error={error('plan')}>
        <textarea
          id={`${id}-plan`}
          className="input area"
          rows={6}
          maxLength={10_000}
          value={draft.plan}
          onChange={(event) => onChange({ plan: event.target.value })}
          {...describedBy(`${id}-plan`, error('plan'))}
        />
      </Field>
      <TermsFields draft={draft} problems={problems} onChange={onChange} />
    </>
  );
}
