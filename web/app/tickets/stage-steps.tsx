// Where a ticket stands on its way: who filed it, who approved, who still has to.

import { useTranslation } from 'react-i18next';
import type { DecidedBy, Ticket } from '../../contract/tickets.ts';
import { Moment } from '../clock/moment.tsx';
import { Icon } from '../kit/icon.tsx';

interface Step {
  readonly word: 'file' | 'approve' | 'confirm' | 'report' | 'accept' | 'review';
  readonly nth: number;
  readonly done: DecidedBy | undefined;
}

export function StageSteps({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const steps = stepsOf(ticket);
  if (steps.length === 0) return null;
  return (
    <section>
      <h2 className="cap">{t('stages.title')}</h2>
      <ol className="card steps">
        {steps.map(({ word, nth, done }) => (
          <li key={`${word} ${nth}`} className={done === undefined ? 't3' : ''}>
            <Icon
              name={done === undefined ? 'hourglass' : 'circle-check'}
              className={done === undefined ? 't3' : 'c-ok'}
            />
            <b>{t(`stages.${word}`)}</b>
            {done === undefined ? (
              <span>{t('stages.waits')}</span>
            ) : (
              <span>
                {done.by.displayName}
                {done.deputyFor !== null && t('stages.deputyFor', { name: done.deputyFor.displayName })}{' '}
                <span className="t3 xs">
                  <Moment at={done.at} form="date" />
                </span>
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

const ENDED: readonly Ticket['state'][] = ['refused', 'withdrawn', 'revoked'];

function stepsOf(ticket: Ticket): readonly Step[] {
  const { route, filed, approvals, report, accepted, emergencyReview } = ticket;
  if (route === null || ENDED.includes(ticket.state)) return [];
  const steps: Step[] = route.filing ? [{ word: 'file', nth: 0, done: filed ?? undefined }] : [];
  for (let nth = 0; nth < route.approvals; nth += 1) {
    steps.push({ word: route.emergency ? 'confirm' : 'approve', nth, done: approvals[nth] });
  }
  if (emergencyReview !== null) {
    const { review } = emergencyReview;
    steps.push({ word: 'review', nth: 0, done: review === null ? undefined : { ...review, deputyFor: null } });
  }
  if (report !== null) {
    steps.push({ word: 'report', nth: 0, done: { by: ticket.requester, at: report.at, deputyFor: null } });
    steps.push({ word: 'accept', nth: 0, done: accepted ?? undefined });
  }
  return steps;
}
