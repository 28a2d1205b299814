// A ticket in one sentence: who, when, how many servers, what for.

import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { useCentreClock } from '../clock/centre-clock.tsx';
import { dayName } from '../clock/moment.tsx';
import { wallTime } from '../clock/wall-time.ts';
import { Say } from '../language/say.tsx';
import { useMe } from '../shell/me.ts';

export function TicketSentence({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const when = useSpokenMoment();
  const me = useMe();
  const { requester } = ticket;
  const values = {
    when: when(ticket.windowStart),
    count: new Set(ticket.channels.map((channel) => channel.target)).size,
    purpose: ticket.purpose,
  };
  if (requester.id === me.id) return <Say id="ticket.saySelf" values={values} />;
  const who =
    requester.vendor === null
      ? requester.displayName
      : t('ticket.of', { vendor: requester.vendor, name: requester.displayName });
  return <Say id="ticket.say" values={{ ...values, who }} />;
}

/** `今天 20:00`, for use inside sentences. */
export function useSpokenMoment(): (at: number) => string {
  const { t, i18n } = useTranslation();
  const clock = useCentreClock();
  return (at) => `${dayName(t, i18n.language, clock, at)} ${wallTime(at, clock.zone).slice(11)}`;
}
