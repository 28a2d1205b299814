// What the centre arranges: days on which nothing opens, who stands in for a head, what tickets have to pass.

import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../kit/page-title.tsx';
import { useMe } from '../shell/me.ts';
import { Deputies } from './deputies.tsx';
import { Freezes } from './freezes.tsx';
import { RouteGroups } from './route-groups.tsx';

export function Arrangements() {
  const { t } = useTranslation();
  const { role } = useMe();
  usePageTitle(t('arrange.title'));
  return (
    <div className="read stack g5">
      <header className="page-head">
        <div>
          <h1>{t('arrange.title')}</h1>
          <p className="t2">{t('arrange.say')}</p>
        </div>
      </header>
      <Freezes mayPlace={role === 'head' || role === 'section'} mayLift={role === 'head'} />
      <Deputies mayAppoint={role === 'head'} />
      <RouteGroups mayArrange={role === 'head'} />
    </div>
  );
}
