// Sessions as a table; on the phone each row is a card.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { useNow } from '../clock/centre-clock.tsx';
import { Moment } from '../clock/moment.tsx';
import { ticking } from '../clock/spans.ts';
import { PersonName } from '../kit/person-name.tsx';
import { useMe } from '../shell/me.ts';
import { WatchLink } from '../supervision/supervised-card.tsx';
import { CutButton } from './cut-button.tsx';
import { SessionMark } from './session-state.tsx';

interface SessionTableProps {
  readonly sessions: readonly Session[];
  readonly withTicket?: boolean;
}

export function SessionTable({ sessions, withTicket = true }: SessionTableProps) {
  const { t } = useTranslation();
  const mine = useMe().role === 'operator';
  const now = useNow();
  return (
    <div className="card scroll">
      <table className="cards">
        <thead>
          <tr>
            <th>{t('sessions.state')}</th>
            <th>{t('sessions.where')}</th>
            {!mine && <th>{t('sessions.who')}</th>}
            {withTicket && <th>{t('sessions.ticket')}</th>}
            <th>{t('sessions.started')}</th>
            <th className="num">{t('sessions.lasted')}</th>
            <th aria-label={t('sessions.cut')} />
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id} className="linked">
              <td className="mark">
                <SessionMark session={session} />
              </td>
              <td className="main-cell">
                <Where session={session} />
              </td>
              {!mine && (
                <td>
                  <PersonName person={session.account} />
                </td>
              )}
              {withTicket && <td className="t2 clip">{session.ticket.purpose}</td>}
              <td>
                <Moment at={session.startedAt} />
              </td>
              <td className="num" data-label={t('sessions.lasted')}>
                {ticking((session.endedAt ?? now) - session.startedAt)}
              </td>
              <td className="num act-cell">
                <span className="row end-row">
                  <WatchLink session={session} look="btn sm" />
                  <CutButton session={session} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Where({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  return (
    <Link to="/sessions/$id" params={{ id: session.id }} className="row-link">
      {session.target} <span className="t3">·</span> <span className="mono">{session.login}</span>
      <span className="chip tiny">{t(`kind.${session.kind}`)}</span>
      {session.destination !== null && <span className="mono xs t2 break"> {session.destination}</span>}
    </Link>
  );
}
