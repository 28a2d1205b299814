// Shutting out: what, for how long, why. No code is asked for, so that nobody waits for one.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LockReceipt, LockScope } from '../../contract/locks.ts';
import { locksQuery, placeLock } from '../api/locks.ts';
import { useCentreClock } from '../clock/centre-clock.tsx';
import { ChoiceChips } from '../kit/choice-chips.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { describedBy, Field } from '../kit/field.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { TextField } from '../kit/text-field.tsx';
import { useSubjects } from './subjects.ts';

const SCOPES: readonly LockScope[] = ['person', 'vendor', 'target', 'source', 'everything'];
const HOUR = 3_600_000;
const SPANS = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR, month: 30 * 24 * HOUR } as const;
type SpanName = keyof typeof SPANS;

interface LockDialogProps {
  readonly onPlaced: (receipt: LockReceipt) => void;
  readonly onClose: () => void;
}

export function LockDialog({ onPlaced, onClose }: LockDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const clock = useCentreClock();
  const [scope, setScope] = useState<LockScope>('person');
  const [subject, setSubject] = useState('');
  const [span, setSpan] = useState<SpanName>('day');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const placing = useMutation({
    mutationFn: () =>
      placeLock({
        scope,
        subject: scope === 'everything' ? null : subject.trim(),
        reason: reason.trim(),
        endsAt: clock.now() + SPANS[span],
      }),
    onSuccess: (receipt) => {
      void client.invalidateQueries(locksQuery);
      onPlaced(receipt);
    },
  });
  const missing = { subject: scope !== 'everything' && subject.trim() === '', reason: reason.trim() === '' };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!missing.subject && !missing.reason && !placing.isPending) placing.mutate();
  };
  return (
    <Dialog title={t('locks.place')} onClose={onClose} busy={placing.isPending} wide>
      <form className="stack g4" onSubmit={submit} noValidate>
        <ChoiceChips
          label={t('locks.scope')}
          names={SCOPES}
          value={scope}
          text={(name) => t(`locks.scopes.${name}`)}
          onChange={(chosen) => {
            setScope(chosen);
            setSubject('');
          }}
        />
        <SubjectField
          scope={scope}
          value={subject}
          error={tried && missing.subject ? t('locks.missingSubject') : undefined}
          onChange={setSubject}
        />
        <p className="t2">{t(`locks.will.${scope}`)}</p>
        <ChoiceChips
          label={t('locks.span')}
          names={Object.keys(SPANS) as SpanName[]}
          value={span}
          text={(name) => t(`locks.spans.${name}`)}
          onChange={setSpan}
        />
        <TextField
          label={t('reason.label')}
          value={reason}
          lines={2}
          error={tried && missing.reason ? t('reason.missing') : undefined}
          onChange={setReason}
        />
        <ProblemNote error={placing.error} />
        <div className="sheet-acts">
          <button type="button" className="btn ghost" onClick={onClose} disabled={placing.isPending}>
            {t('act.thinkAgain')}
          </button>
          <button type="submit" className="btn danger" disabled={placing.isPending}>
            {t('locks.place')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface SubjectFieldProps {
  readonly scope: LockScope;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

function SubjectField({ scope, value, error, onChange }: SubjectFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const subjects = useSubjects(scope);
  if (scope === 'everything') return null;
  if (scope === 'source') {
    return (
      <TextField
        label={t('locks.scopes.source')}
        hint={t('locks.sourceHint')}
        value={value}
        error={error}
        mono
        onChange={onChange}
      />
    );
  }
  return (
    <Field id={id} label={t('locks.subject')} error={error}>
      <select
        id={id}
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...describedBy(id, error)}
      >
        <option value="">{t('locks.choose')}</option>
        {subjects.map((subject) => (
          <option key={subject.value} value={subject.value}>
            {subject.text}
          </option>
        ))}
      </select>
    </Field>
  );
}
