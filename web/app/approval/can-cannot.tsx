// What approval makes possible and what stays impossible, both from the ticket.

import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { Icon } from '../kit/icon.tsx';
import { useSpokenMoment } from '../tickets/ticket-sentence.tsx';
import { channelsOf, serversIn } from './facts.ts';
import { type Line, places, termsCan, termsCannot } from './terms-said.ts';

export function CanCannot({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const when = useSpokenMoment();
  return (
    <>
      <section>
        <h2 className="cap">{t('approval.can')}</h2>
        <Lines lines={can(t, ticket)} icon="check" />
      </section>
      <section>
        <h2 className="cap">{t('approval.cannot')}</h2>
        <Lines lines={cannot(t, ticket, when(ticket.windowEnd))} icon="x" />
      </section>
    </>
  );
}

function Lines({ lines, icon }: { readonly lines: readonly Line[]; readonly icon: 'check' | 'x' }) {
  return (
    <ul className="card can">
      {lines.map((line) => (
        <li key={line.text}>
          <Icon name={icon} className={icon === 'check' ? 'c-ok' : 'c-refused'} />
          <div>
            {line.text}
            {line.more !== undefined && <small>{line.more}</small>}
          </div>
        </li>
      ))}
    </ul>
  );
}

function can(t: TFunction, ticket: Ticket): readonly Line[] {
  const shell = channelsOf(ticket, 'shell');
  const exec = channelsOf(ticket, 'exec');
  return [
    ...(shell.length > 0
      ? [{ text: t('approval.canShell', { count: serversIn(shell) }), more: places(t, shell) }]
      : []),
    ...(exec.length > 0 ? [{ text: t('approval.canExec', { count: serversIn(exec) }), more: places(t, exec) }] : []),
    ...termsCan(t, ticket),
  ];
}

function cannot(t: TFunction, ticket: Ticket, end: string): readonly Line[] {
  return [
    { text: t(channelsOf(ticket, 'forward').length > 0 ? 'approval.cannotOthers' : 'approval.cannotElsewhere') },
    ...(channelsOf(ticket, 'shell').length === 0 ? [{ text: t('approval.cannotShell') }] : []),
    ...termsCannot(t, ticket),
    { text: t('approval.cannotSource'), more: ticket.sources.join(', ') },
    { text: t('approval.cannotLate', { when: end }), more: t('approval.cannotLateSay') },
    { text: t('approval.cannotSilent'), more: t('approval.cannotSilentSay') },
  ];
}
