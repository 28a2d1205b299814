// When a page does not open: what happened, and the way on.

import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../kit/empty.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';

export function Failed({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <main className="door">
      <div className="card door-card stack g4">
        <h1>{t('error.title')}</h1>
        <ProblemNote error={error} />
        <button type="button" className="btn primary" onClick={() => void router.invalidate()}>
          {t('act.retry')}
        </button>
      </div>
    </main>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="door">
      <div className="card door-card">
        <Empty icon="search" title={t('error.notFound')} hint={t('error.notFoundHint')}>
          <a href="/" className="btn primary">
            {t('error.home')}
          </a>
        </Empty>
      </div>
    </main>
  );
}
