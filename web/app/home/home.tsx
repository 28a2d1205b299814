// The first page: what matters now, for the one who reads it.

import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../kit/page-title.tsx';
import { useMe } from '../shell/me.ts';
import { AdminHome } from './admin-home.tsx';
import { AuditorHome } from './auditor-home.tsx';
import { HeadHome } from './head-home.tsx';
import { OperatorHome } from './operator-home.tsx';

export function Home() {
  const { t } = useTranslation();
  const { role } = useMe();
  usePageTitle(t('home.title'));
  switch (role) {
    case 'operator':
      return <OperatorHome />;
    case 'head':
    case 'section':
      return <HeadHome />;
    case 'auditor':
      return <AuditorHome />;
    case 'admin':
      return <AdminHome />;
  }
}
