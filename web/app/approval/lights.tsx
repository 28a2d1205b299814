// The things that differ from usual, wide and first; then the things that are in order.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { spoken } from '../clock/spans.ts';
import { Icon } from '../kit/icon.tsx';
import { factsOf } from './facts.ts';

export function Lights({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const facts = factsOf(ticket);
  const logins = facts.logins.join(', ');
  const span = spoken(t, ticket.windowEnd - ticket.windowStart);
  const listed = ticket.sources.length;
  const lights = [
    facts.familiar === 'new-targets' &&
      warn(t('approval.newTargets'), t('approval.newTargetsSay', { names: ticket.newTargets.join('、') })),
    facts.familiar === 'first-ticket' && warn(t('approval.firstTicket'), t('approval.firstTicketSay')),
    facts.superuser && warn(t('approval.root'), t('approval.rootSay', { logins })),
    facts.wideSources.length > 0 && warn(t('approval.wideSource'), facts.wideSources.join(', ')),
    facts.long && warn(t('approval.long'), t('approval.longSay', { span })),
    facts.familiar === 'same-targets' &&
      fine(t('approval.sameTargets'), t('approval.sameTargetsSay', { count: ticket.closedBefore })),
    !facts.superuser && fine(t('approval.noRoot'), t('approval.noRootSay', { logins })),
    facts.wideSources.length === 0 && fine(t('approval.oneSource'), t('approval.oneSourceSay', { count: listed })),
    !facts.long && fine(t('approval.short'), t('approval.shortSay', { span })),
    fine(t('approval.recorded'), t('approval.recordedSay')),
  ].filter((light) => light !== false);
  return (
    <section className="lights" aria-label={t('approval.risks')}>
      {lights}
    </section>
  );
}

function warn(title: string, text: string): ReactNode {
  return (
    <div className="light wide" key={title}>
      <Icon name="alert-triangle" className="c-warning" />
      <b className="c-warning">{title}</b>
      <span>{text}</span>
    </div>
  );
}

function fine(title: string, text: string): ReactNode {
  return (
    <div className="light" key={title}>
      <Icon name="circle-check" className="c-ok" />
      <b>{title}</b>
      <span>{text}</span>
    </div>
  );
}
