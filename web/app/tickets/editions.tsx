// What was changed between two editions of a ticket, field by field.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { editionsQuery } from '../api/tickets.ts';
import { Moment } from '../clock/moment.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { changesBetween } from './edition-changes.ts';

export function Editions({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const query = useQuery(editionsQuery(ticket.id));
  const editions = query.data ?? [];
  return (
    <section className="card">
      <h2 className="hd">{t('editions.title')}</h2>
      <ProblemNote error={query.error} />
      <ol className="bd stack g3">
        {editions.map(({ edition, submittedAt, content }, nth) => (
          <li key={edition} className="stack g1">
            <p className="row wrap">
              <b>{t('editions.nth', { nth: edition })}</b>
              <span className="t3 xs">
                <Moment at={submittedAt} form="date" />
              </span>
            </p>
            {nth > 0 &&
              changesBetween(editions[nth - 1]?.content ?? '{}', content).map(({ field, before, after }) => (
                <p key={field} className="diff sm">
                  <span className="t3 mono">{field}</span>
                  <del className="break">{before}</del>
                  <ins className="break">{after}</ins>
                </p>
              ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
