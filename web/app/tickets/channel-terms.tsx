// The terms of one target account's channels: what may be done with files and where, and where connections may go.

import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileRight } from '../../contract/tickets.ts';
import { describedBy, Field, FieldError } from '../kit/field.tsx';
import type { DraftChannel } from './draft-channels.ts';
import type { DraftError } from './draft-error.ts';

export const RIGHTS: readonly FileRight[] = ['list', 'download', 'upload', 'delete'];

interface TermsProps {
  readonly channel: DraftChannel;
  /** `web1 root`, for those who hear the form instead of seeing it. */
  readonly place: string;
  readonly error: DraftError;
  readonly onChange: (change: Partial<DraftChannel>) => void;
}

export function FileTermsFields({ channel, place, error, onChange }: TermsProps) {
  const { t } = useTranslation();
  const id = useId();
  const wrong = error('rights', channel.targetAccountId);
  return (
    <div className="pick-terms">
      <fieldset className="field">
        <legend className="lab">{t('form.rights')}</legend>
        <div className="row wrap">
          {RIGHTS.map((right) => (
            <label className={channel.rights.includes(right) ? 'chip check on' : 'chip check'} key={right}>
              <input
                type="checkbox"
                checked={channel.rights.includes(right)}
                aria-label={`${place} ${t(`right.${right}`)}`}
                aria-invalid={wrong !== undefined}
                onChange={() => onChange({ rights: toggled(channel.rights, right) })}
              />
              {t(`right.${right}`)}
            </label>
          ))}
        </div>
        <FieldError id={`${id}-rights`} error={wrong} />
      </fieldset>
      <Lines
        label={t('form.paths')}
        hint={t('form.pathsHint')}
        text={channel.paths}
        error={error('paths', channel.targetAccountId)}
        onChange={(paths) => onChange({ paths })}
      />
    </div>
  );
}

export function DestinationFields({ channel, error, onChange }: Omit<TermsProps, 'place'>) {
  const { t } = useTranslation();
  return (
    <div className="pick-terms">
      <Lines
        label={t('form.destinations')}
        hint={t('form.destinationsHint')}
        text={channel.destinations}
        error={error('destinations', channel.targetAccountId)}
        onChange={(destinations) => onChange({ destinations })}
      />
    </div>
  );
}

interface LinesProps {
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
}

function Lines({ label, hint, text, error, onChange }: LinesProps) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <textarea
        id={id}
        className="input area mono"
        rows={3}
        spellCheck={false}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        {...describedBy(id, error)}
      />
    </Field>
  );
}

/** In the order of the form, whatever was clicked first. */
function toggled(rights: readonly FileRight[], right: FileRight): FileRight[] {
  return RIGHTS.filter((each) => (each === right) !== rights.includes(each));
}
