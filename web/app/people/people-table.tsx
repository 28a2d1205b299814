// People as a table; on the phone each row is a card.

import { useTranslation } from 'react-i18next';
import type { Account } from '../../contract/people.ts';
import { useNow } from '../clock/centre-clock.tsx';
import { Moment } from '../clock/moment.tsx';
import { Icon } from '../kit/icon.tsx';
import { useMe } from '../shell/me.ts';
import type { PersonAct } from './person-act.ts';

interface PeopleTableProps {
  readonly people: readonly Account[];
  readonly onAct: PersonAct | undefined;
}

export function PeopleTable({ people, onAct }: PeopleTableProps) {
  const { t } = useTranslation();
  return (
    <div className="card scroll">
      <table className="cards">
        <thead>
          <tr>
            <th>{t('people.name')}</th>
            <th>{t('people.role')}</th>
            <th>{t('people.vendor')}</th>
            <th>{t('people.identity')}</th>
            <th>{t('people.state')}</th>
            <th>{t('people.since')}</th>
            {onAct !== undefined && <th aria-label={t('people.depart')} />}
          </tr>
        </thead>
        <tbody>
          {people.map((account) => (
            <Row key={account.person.id} account={account} onAct={onAct} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ account, onAct }: { readonly account: Account; readonly onAct: PersonAct | undefined }) {
  const { t } = useTranslation();
  const { person } = account;
  return (
    <tr className={account.state === 'departed' ? 'faint' : ''}>
      <td className="main-cell">
        {person.displayName} <span className="mono xs t3">{person.name}</span>
      </td>
      <td>{t(`role.${person.role}`)}</td>
      <td className="t2">{person.vendor ?? t('people.vendorNone')}</td>
      <td>
        <Identity account={account} />
      </td>
      <td>
        <State account={account} />
      </td>
      <td>
        <Moment at={account.departedAt ?? account.createdAt} form="date" />
      </td>
      {onAct !== undefined && (
        <td className="num act-cell">
          <Acts account={account} onAct={onAct} />
        </td>
      )}
    </tr>
  );
}

function Acts({ account, onAct }: { readonly account: Account; readonly onAct: PersonAct }) {
  const { t } = useTranslation();
  const me = useMe();
  if (account.state === 'departed' || account.person.id === me.id) return null;
  const admin = me.role === 'admin';
  return (
    <span className="row end-row">
      {account.identity === null && (
        <button type="button" className="btn quiet sm" onClick={() => onAct({ name: 'identify', account })}>
          {t('identity.check')}
        </button>
      )}
      {admin && account.state === 'invited' && (
        <button type="button" className="btn quiet sm" onClick={() => onAct({ name: 'invite-again', account })}>
          {t('people.inviteAgain')}
        </button>
      )}
      {admin && (
        <button type="button" className="btn danger-quiet sm" onClick={() => onAct({ name: 'depart', account })}>
          <Icon name="user-minus" />
          {t('people.depart')}
        </button>
      )}
    </span>
  );
}

/** What was seen and by whom; never the number. */
function Identity({ account: { identity } }: { readonly account: Account }) {
  const { t } = useTranslation();
  if (identity === null) return <span className="st s-closing">{t('identity.unseen')}</span>;
  return (
    <span title={t('identity.seenBy', { name: identity.seenBy.displayName })}>
      {t(`identity.${identity.document}`)}
      <span className="xs t3"> {identity.seenBy.displayName}</span>
    </span>
  );
}

function State({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  if (account.state === 'departed') return <span className="t3">{t('people.departed')}</span>;
  if (account.state === 'active') {
    return account.liveSessions > 0 ? (
      <span className="st s-open">
        <i className="live" />
        {t('people.live', { count: account.liveSessions })}
      </span>
    ) : (
      <span>{t('people.active')}</span>
    );
  }
  const lapsed = account.invitationExpiresAt !== null && account.invitationExpiresAt < now;
  return (
    <span className={lapsed ? 'st s-closing' : 'st s-accent'}>
      <Icon name="hourglass" />
      {t(lapsed ? 'people.inviteLapsed' : 'people.invited')}
    </span>
  );
}
