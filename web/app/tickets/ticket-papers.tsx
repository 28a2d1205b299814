// What stands behind a ticket: plan, channels, sources, and what happened to it.

import { useTranslation } from 'react-i18next';
import type { Ticket, TicketChannel } from '../../contract/tickets.ts';
import { AttachmentsCard } from '../attachments/attachments-card.tsx';
import { Moment } from '../clock/moment.tsx';
import { Fact } from '../kit/fact.tsx';
import { Icon } from '../kit/icon.tsx';
import { PersonName } from '../kit/person-name.tsx';
import { destinationText } from './draft-channels.ts';
import { Editions } from './editions.tsx';
import { TermsBasis } from './terms-basis.tsx';

export function TicketPapers({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  return (
    <div className="stack g4">
      <section className="card">
        <h2 className="hd">{t('ticket.channels')}</h2>
        <ChannelList ticket={ticket} />
      </section>
      <section className="card">
        <h2 className="hd">{t('ticket.plan')}</h2>
        <p className="bd prose">{ticket.plan}</p>
        <div className="more">
          <TermsBasis ticket={ticket} />
        </div>
      </section>
      <AttachmentsCard ticket={ticket} />
      {ticket.edition > 1 && <Editions ticket={ticket} />}
      {ticket.report !== null && (
        <section className="card">
          <h2 className="hd">{t('ticket.completion')}</h2>
          <div className="bd stack">
            <p>
              <b>{t(`outcome.${ticket.report.outcome}`)}</b>
            </p>
            <p className="prose">{ticket.report.notes}</p>
          </div>
        </section>
      )}
      <section className="card">
        <h2 className="hd">{t('ticket.history')}</h2>
        <History ticket={ticket} />
      </section>
    </div>
  );
}

export function ChannelList({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  return (
    <ul className="lines">
      {ticket.channels.map((channel) => (
        <li key={channel.targetAccountId}>
          <Icon name="server-2" className="t3" />
          <div className="grow">
            {channel.target} <span className="t3">·</span> <span className="mono">{channel.login}</span>
            {ticket.newTargets.includes(channel.target) && ticket.closedBefore > 0 && (
              <span className="st s-warning tiny">
                <Icon name="alert-triangle" />
                {t('ticket.newer')}
              </span>
            )}
            <ChannelTerms channel={channel} />
          </div>
          <span className="t2 sm nowrap">{channel.kinds.map((kind) => t(`kind.${kind}`)).join(' · ')}</span>
        </li>
      ))}
    </ul>
  );
}

function ChannelTerms({ channel: { files, destinations } }: { readonly channel: TicketChannel }) {
  const { t } = useTranslation();
  if (files === null && destinations === null) return null;
  const rights = (files?.rights ?? []).map((right) => t(`right.${right}`)).join(t('approval.and'));
  const where = files?.paths.join(t('approval.and')) || t('ticket.anywhere');
  return (
    <>
      {files !== null && <small className="terms">{t('ticket.within', { rights, where })}</small>}
      {destinations !== null && (
        <small className="terms">
          {t('ticket.within', {
            rights: t('kind.forward'),
            where: destinations.map(destinationText).join(t('approval.and')),
          })}
        </small>
      )}
    </>
  );
}

function History({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const decided = decisionWord(ticket.state);
  return (
    <dl className="kv bd">
      <Fact name={t('ticket.requestedBy')}>
        <PersonName person={ticket.requester} />
      </Fact>
      <Fact name={t('ticket.created')}>
        <Moment at={ticket.createdAt} form="date" />
      </Fact>
      {ticket.submittedAt !== null && (
        <Fact name={t('ticket.submitted')}>
          <Moment at={ticket.submittedAt} form="date" />
        </Fact>
      )}
      {ticket.decidedAt !== null && (
        <Fact name={t(decided)}>
          <Moment at={ticket.decidedAt} form="date" />
          {ticket.approver !== null && <span> · {ticket.approver.displayName}</span>}
        </Fact>
      )}
      {ticket.decisionReason !== null && <Fact name={t('ticket.reason')}>{ticket.decisionReason}</Fact>}
      {ticket.closedAt !== null && (
        <Fact name={t('ticket.closedAt')}>
          <Moment at={ticket.closedAt} form="date" />
        </Fact>
      )}
      <Fact name={t('ticket.sources')}>
        <span className="mono">{ticket.sources.join(', ')}</span>
      </Fact>
      <Fact name={t('ticket.hash')}>
        <span className="fp break">{ticket.contentHash}</span>
      </Fact>
    </dl>
  );
}

function decisionWord(state: Ticket['state']) {
  if (state === 'refused') return 'ticket.refusedBy';
  return state === 'revoked' ? 'ticket.revokedBy' : 'ticket.approvedBy';
}
