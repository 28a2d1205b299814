// What is open now, for those who watch it on the spot, and for the auditor, who sees that it is watched.

import { useTranslation } from 'react-i18next';
import { Empty } from '../kit/empty.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { useMe } from '../shell/me.ts';
import { needsSomebody, supervises, useWatched, type WatchedSession } from './flows.ts';
import { SupervisedCard } from './supervised-card.tsx';

export function Supervision() {
  const { t } = useTranslation();
  const { found, error } = useWatched();
  usePageTitle(t('supervision.title'));
  if (found === undefined) return error === null ? <Loading lines={6} /> : <ProblemNote error={error} />;
  return (
    <>
      <Answer found={found} />
      <ProblemNote error={error} />
      {found.length === 0 ? (
        <Empty icon="gate-closed" title={t('supervision.empty')} hint={t('supervision.emptyHint')} />
      ) : (
        <div className="tiles">
          {found.map((watched) => (
            <SupervisedCard key={watched.session.id} watched={watched} />
          ))}
        </div>
      )}
    </>
  );
}

function Answer({ found }: { readonly found: readonly WatchedSession[] }) {
  const { t } = useTranslation();
  const may = supervises(useMe().role);
  const waiting = found.filter(needsSomebody).length;
  const lead = !may ? 'supervision.leadAuditor' : waiting > 0 ? 'supervision.waitingLead' : 'supervision.lead';
  return (
    <header className="page-head answer">
      <div>
        <h1 className="answer-say">
          {waiting > 0 ? (
            <Say id="supervision.waiting" values={{ count: waiting }} />
          ) : found.length > 0 ? (
            <Say id="home.live" values={{ count: found.length }} />
          ) : (
            t('home.closed')
          )}
        </h1>
        {found.length > 0 && <p className="lg t2">{t(lead)}</p>}
      </div>
    </header>
  );
}
