// Somebody stands still until the centre watches: said on every page of those who can.

import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icon.tsx';
import { useWaitingForMe } from './flows.ts';

/** Where it is said larger. */
const ALREADY = /^\/$|^\/supervision$|\/watch$/;

export function SupervisionBar() {
  const { t } = useTranslation();
  const waiting = useWaitingForMe();
  const { pathname } = useLocation();
  const [first] = waiting;
  if (first === undefined || ALREADY.test(pathname)) return null;
  const { session } = first;
  const words = (
    <>
      <Icon name="alert-triangle" />
      <span className="grow">
        {waiting.length === 1
          ? t('supervision.barOne', { name: session.account.displayName, where: session.target })
          : t('supervision.bar', { count: waiting.length })}
      </span>
      <b className="nowrap">{t(waiting.length === 1 ? 'supervision.begin' : 'supervision.look')}</b>
      <Icon name="chevron-right" />
    </>
  );
  return waiting.length === 1 ? (
    <Link to="/sessions/$id/watch" params={{ id: session.id }} className="watch-bar" role="status">
      {words}
    </Link>
  ) : (
    <Link to="/supervision" className="watch-bar" role="status">
      {words}
    </Link>
  );
}
