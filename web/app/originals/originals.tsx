// On the page of a ticket, for the centre: what was there before it changed anything, and what became of it.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { originalsPage } from '../api/originals.ts';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useMe } from '../shell/me.ts';
import { Kept } from './kept.tsx';
import { Report } from './report.tsx';

/** Before these nothing can have been opened. */
const NEVER_OPENED: readonly Ticket['state'][] = ['draft', 'submitted', 'filed', 'refused'];

export function Originals({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const centre = role === 'section' || role === 'head' || role === 'auditor';
  const may = centre && !NEVER_OPENED.includes(ticket.state);
  const query = useQuery({
    queryKey: ['tickets', 'originals', ticket.id],
    queryFn: () => originalsPage(ticket.id),
    enabled: may,
  });
  if (!may) return null;
  const manifests = query.data?.manifests ?? [];
  const nothing = ticket.inForce.changes.length === 0 && manifests.length === 0;
  return (
    <section className="stack g3" data-testid="originals">
      <h2 className="cap">{t('originals.title')}</h2>
      <ProblemNote error={query.error} />
      {query.data !== undefined &&
        (nothing ? (
          <p className="card bd t2 row">
            <Icon name="stack-2" className="t3" />
            {t('originals.none')}
          </p>
        ) : (
          <>
            <Report ticket={ticket} />
            <Kept ticket={ticket} manifests={manifests} />
          </>
        ))}
    </section>
  );
}
