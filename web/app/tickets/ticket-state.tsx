// The state of a ticket as people see it: glyph, word, colour, in that order. An approved ticket looks different before,
// inside and after its window.

import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { Icon, type IconName } from '../kit/icon.tsx';

type Shown = Ticket['state'] | 'inside' | 'lapsed';

const LOOKS: Record<Shown, readonly [IconName, string]> = {
  draft: ['pencil', 's-closed'],
  submitted: ['hourglass', 's-accent'],
  filed: ['clipboard-check', 's-accent'],
  approved: ['clipboard-check', 's-accent'],
  inside: ['gate-open', 's-open'],
  lapsed: ['gate-half', 's-closing'],
  refused: ['circle-x', 's-refused'],
  withdrawn: ['arrow-left', 's-closed'],
  revoked: ['ban', 's-refused'],
  reported: ['hourglass', 's-accent'],
  closed: ['gate-closed', 's-closed'],
};

export function shownState(ticket: Pick<Ticket, 'state' | 'window'>): Shown {
  if (ticket.state !== 'approved') return ticket.state;
  if (ticket.window === 'inside') return 'inside';
  return ticket.window === 'after' ? 'lapsed' : 'approved';
}

export function TicketStateMark({ ticket }: { readonly ticket: Pick<Ticket, 'state' | 'window'> }) {
  const { t } = useTranslation();
  const shown = shownState(ticket);
  const [icon, look] = LOOKS[shown];
  return (
    <span className={`st ${look}`}>
      <Icon name={icon} />
      {t(`ticketState.${shown}`)}
    </span>
  );
}
