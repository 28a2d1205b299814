// The frame around every page: a quiet rail on the desktop, a bar above and one below on the phone.

import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { listen } from '../api/live.ts';
import { statusQuery } from '../api/login.ts';
import { Icon } from '../kit/icon.tsx';
import { useWaitingForMe } from '../supervision/flows.ts';
import { SupervisionBar } from '../supervision/supervision-bar.tsx';
import { WitnessBar } from '../witness/witness-bar.tsx';
import { Brand } from './brand.tsx';
import { useMe } from './me.ts';
import { placesOf } from './places.ts';
import { Preferences } from './preferences.tsx';
import { useSignOut } from './sign-out.ts';

export function Shell() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const status = useSuspenseQuery(statusQuery).data;
  useEffect(() => listen(client), [client]);
  return (
    <>
      <WitnessBar />
      <div className="app">
        <a className="skip" href="#main">
          {t('nav.skip')}
        </a>
        <PhoneBar />
        <Rail />
        <div className="main">
          <SupervisionBar />
          {status.demo && <p className="demo-line">{t('demo')}</p>}
          <main className="page" id="main" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
    </>
  );
}

function Rail() {
  const { t } = useTranslation();
  const me = useMe();
  const waiting = useWaitingForMe().length;
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      <Brand />
      <div className="places">
        {placesOf(me.role).map((place) => (
          <Link key={place.name} to={place.to} activeOptions={{ exact: place.to === '/', includeSearch: false }}>
            <Icon name={place.icon} />
            <span>{t(`nav.${place.name}`)}</span>
            {place.name === 'supervision' && waiting > 0 && (
              <span className="n" role="status">
                {waiting}
                <span className="sr">{t('supervision.state.waiting')}</span>
              </span>
            )}
          </Link>
        ))}
      </div>
      <div className="foot">
        <Preferences />
        <Who />
      </div>
    </nav>
  );
}

function Who() {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  return (
    <div className="who">
      <span className="avatar" aria-hidden="true">
        {[...me.displayName.replace(/^.*[··]/, '')][0]}
      </span>
      <div className="grow">
        <p className="trunc sm" title={me.displayName}>
          {me.displayName}
        </p>
        <p className="xs t3 trunc">{t(`role.${me.role}`)}</p>
      </div>
      <button
        type="button"
        className="iconbtn"
        onClick={signOut}
        aria-label={t('nav.signOut')}
        title={t('nav.signOut')}
      >
        <Icon name="logout" />
      </button>
    </div>
  );
}

function PhoneBar() {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  return (
    <header className="phone-bar">
      <Brand />
      <span className="end xs t3 trunc">{t(`role.${me.role}`)}</span>
      <Preferences />
      <button type="button" className="iconbtn" onClick={signOut} aria-label={t('nav.signOut')}>
        <Icon name="logout" />
      </button>
    </header>
  );
}
