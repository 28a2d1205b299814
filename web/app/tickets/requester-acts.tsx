// What the requester can do with the ticket as it stands: submit, withdraw, report, write another like it.

import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { submitTicket, withdrawTicket } from '../api/tickets.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { ReportDialog } from './report-dialog.tsx';
import { useTicketChanged } from './ticket-changed.ts';

export function RequesterActs({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'withdraw' | 'report' | undefined>();
  const changed = useTicketChanged();
  const submitting = useMutation({ mutationFn: () => submitTicket(ticket.id), onSuccess: changed });
  const may = actsOn(ticket);
  return (
    <div className="stack">
      <div className="row wrap">
        {may.submit && (
          <button
            type="button"
            className="btn primary"
            onClick={() => submitting.mutate()}
            disabled={submitting.isPending}
          >
            {t('ticket.submit')}
          </button>
        )}
        {may.report && (
          <button
            type="button"
            className={ticket.window === 'after' ? 'btn primary' : 'btn'}
            onClick={() => setAsking('report')}
          >
            {t('ticket.report')}
          </button>
        )}
        {may.withdraw && (
          <button type="button" className="btn danger-quiet" onClick={() => setAsking('withdraw')}>
            {t('ticket.withdraw')}
          </button>
        )}
        {may.revise && (
          <Link to="/tickets/new" search={{ revise: ticket.id }} className="btn">
            {t('ticket.revise')}
          </Link>
        )}
        <Link to="/tickets/new" search={{ from: ticket.id }} className="btn quiet">
          {t('ticket.again')}
        </Link>
      </div>
      {may.submit && <p className="hint">{t('ticket.submitHint')}</p>}
      <ProblemNote error={submitting.error} />
      {asking === 'withdraw' && <WithdrawDialog ticket={ticket} onClose={() => setAsking(undefined)} />}
      {asking === 'report' && <ReportDialog ticket={ticket} onClose={() => setAsking(undefined)} />}
    </div>
  );
}

function actsOn({ state, window }: Ticket) {
  return {
    submit: state === 'draft',
    revise: ['draft', 'submitted', 'filed', 'refused'].includes(state),
    withdraw:
      state === 'draft' || state === 'submitted' || state === 'filed' || (state === 'approved' && window !== 'after'),
    report: state === 'approved' && window !== 'before',
  };
}

function WithdrawDialog({ ticket, onClose }: { readonly ticket: Ticket; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const changed = useTicketChanged();
  return (
    <ConfirmDialog
      title={t('ticket.withdrawTitle')}
      act={t('ticket.withdraw')}
      onAct={async () => changed(await withdrawTicket(ticket.id))}
      onClose={onClose}
    >
      <p>{t('ticket.withdrawHint')}</p>
      {ticket.liveSessions > 0 && (
        <p className="c-refused">
          <b>{t('ticket.withdrawCuts', { count: ticket.liveSessions })}</b>
        </p>
      )}
    </ConfirmDialog>
  );
}
