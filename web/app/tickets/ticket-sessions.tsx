// The sessions of one ticket.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { sessionsQuery } from '../api/sessions.ts';
import { SessionTable } from '../sessions/session-table.tsx';

export function TicketSessions({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const sessions = useQuery({ ...sessionsQuery({ ticket: ticket.id }), enabled: ticket.sessions > 0 });
  if (ticket.sessions === 0 || sessions.data === undefined || sessions.data.length === 0) return null;
  return (
    <section className="stack g2">
      <h2 className="cap">
        {t('ticket.sessions')} <span className="t3">{t('ticket.sessionsAll', { count: ticket.sessions })}</span>
      </h2>
      <SessionTable sessions={sessions.data} withTicket={false} />
    </section>
  );
}
