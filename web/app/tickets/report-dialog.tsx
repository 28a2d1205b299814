// The completion report: what came of it, in the requester's words, for the centre to accept. What is written survives
// a failed attempt.

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Outcome, Ticket } from '../../contract/tickets.ts';
import { reportTicket } from '../api/tickets.ts';
import { Dialog } from '../kit/dialog.tsx';
import { describedBy, Field } from '../kit/field.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useTicketChanged } from './ticket-changed.ts';

const OUTCOMES: readonly Outcome[] = ['done', 'partly', 'rolled-back'];

export function ReportDialog({ ticket, onClose }: { readonly ticket: Ticket; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const changed = useTicketChanged();
  const [report, setReport] = useState('');
  const [outcome, setOutcome] = useState<Outcome>('done');
  const [configUpdated, setConfigUpdated] = useState(false);
  const [missing, setMissing] = useState(false);
  const sending = useMutation({
    mutationFn: () => reportTicket(ticket.id, { outcome, notes: report.trim(), configUpdated }),
    onSuccess: (closed) => {
      changed(closed);
      onClose();
    },
  });
  const error = missing && report.trim() === '' ? t('ticket.closeMissing') : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(report.trim() === '');
    if (report.trim() !== '' && !sending.isPending) sending.mutate();
  };
  return (
    <Dialog title={t('ticket.closeTitle')} onClose={onClose} busy={sending.isPending} wide>
      <form className="stack g4" onSubmit={submit}>
        <p>{t('ticket.closeHint')}</p>
        {ticket.liveSessions > 0 && (
          <p className="c-refused">
            <b>{t('ticket.closeCuts', { count: ticket.liveSessions })}</b>
          </p>
        )}
        <fieldset className="stack g2">
          <legend className="lbl">{t('ticket.outcome')}</legend>
          {OUTCOMES.map((each) => (
            <label key={each} className="row g2">
              <input type="radio" name={`${id}-outcome`} checked={outcome === each} onChange={() => setOutcome(each)} />
              {t(`outcome.${each}`)}
            </label>
          ))}
        </fieldset>
        <Field id={id} label={t('ticket.closeReport')} hint={t('ticket.closeReportHint')} error={error}>
          <textarea
            id={id}
            className="input area"
            rows={6}
            maxLength={10_000}
            value={report}
            onChange={(event) => setReport(event.target.value)}
            {...describedBy(id, error)}
          />
        </Field>
        <label className="row g2">
          <input type="checkbox" checked={configUpdated} onChange={(event) => setConfigUpdated(event.target.checked)} />
          {t('ticket.configUpdated')}
        </label>
        <ProblemNote error={sending.error} />
        <div className="sheet-acts">
          <button type="button" className="btn ghost" onClick={onClose} disabled={sending.isPending}>
            {t('act.thinkAgain')}
          </button>
          <button type="submit" className="btn primary" disabled={sending.isPending}>
            {t('ticket.report')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
