// Approving less than was asked for: an earlier end, fewer ways in, somebody who watches.

import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { describedBy, Field } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import type { Narrowing } from './narrowing.ts';

interface NarrowFieldsProps {
  readonly ticket: Ticket;
  readonly value: Narrowing;
  readonly onChange: (value: Narrowing) => void;
}

export function NarrowFields({ ticket, value, onChange }: NarrowFieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  const { changes, supervised } = ticket.inForce;
  return (
    <details className="narrow">
      <summary>
        {t('approval.narrow')}
        <Icon name="chevron-right" className="t3 end" />
      </summary>
      <div className="stack g3 left">
        <p className="hint">{t('approval.narrowHint')}</p>
        <Field id={`${id}-end`} label={t('approval.narrowEnd')}>
          <input
            id={`${id}-end`}
            className="input"
            type="datetime-local"
            value={value.end}
            onChange={(event) => onChange({ ...value, end: event.target.value })}
            {...describedBy(`${id}-end`, undefined)}
          />
        </Field>
        <KindChoices ticket={ticket} value={value} onChange={onChange} />
        <label className="chip check">
          <input
            type="checkbox"
            checked={value.supervised}
            disabled={supervised}
            onChange={(event) => onChange({ ...value, supervised: event.target.checked })}
          />
          {t('approval.narrowSupervised')}
        </label>
        {changes.length > 0 && (
          <Field id={`${id}-backup`} label={t('approval.withoutBackup')} hint={t('approval.withoutBackupHint')}>
            <textarea
              id={`${id}-backup`}
              className="input area"
              rows={2}
              maxLength={1000}
              value={value.withoutBackup}
              onChange={(event) => onChange({ ...value, withoutBackup: event.target.value })}
              {...describedBy(`${id}-backup`, undefined)}
            />
          </Field>
        )}
      </div>
    </details>
  );
}

function KindChoices({ ticket, value, onChange }: NarrowFieldsProps) {
  const { t } = useTranslation();
  const toggle = (name: string, wanted: boolean) => {
    const without = new Set(value.without);
    if (wanted) without.delete(name);
    else without.add(name);
    onChange({ ...value, without });
  };
  return (
    <fieldset className="stack g2">
      <legend className="lab">{t('approval.narrowKinds')}</legend>
      {ticket.inForce.channels.map(({ targetAccountId, kinds }) => {
        const named = ticket.channels.find((each) => each.targetAccountId === targetAccountId);
        return (
          <div key={targetAccountId} className="row wrap">
            <span className="sm">
              {named?.target} <span className="mono">{named?.login}</span>
            </span>
            {kinds.map((kind) => (
              <label key={kind} className="chip check">
                <input
                  type="checkbox"
                  checked={!value.without.has(`${targetAccountId} ${kind}`)}
                  onChange={(event) => toggle(`${targetAccountId} ${kind}`, event.target.checked)}
                />
                {t(`kind.${kind}`)}
              </label>
            ))}
          </div>
        );
      })}
    </fieldset>
  );
}
