// For the auditor: today's sessions, the recent ones, and the head of the evidence log.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { evidenceQuery, sessionsQuery } from '../api/sessions.ts';
import { useCentreClock } from '../clock/centre-clock.tsx';
import { daysBetween } from '../clock/wall-time.ts';
import { CopyLine } from '../kit/copy-line.tsx';
import { Empty } from '../kit/empty.tsx';
import { Fact } from '../kit/fact.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { SessionTable } from '../sessions/session-table.tsx';
import { More } from './more.tsx';

export function AuditorHome() {
  const { t } = useTranslation();
  const clock = useCentreClock();
  const sessions = useQuery(sessionsQuery());
  if (sessions.data === undefined) {
    return sessions.isError ? <ProblemNote error={sessions.error} /> : <Loading lines={6} />;
  }
  const today = sessions.data.filter((each) => daysBetween(each.startedAt, clock.now(), clock.zone) === 0).length;
  const live = sessions.data.filter((session) => session.endedAt === null).length;
  return (
    <>
      <header className="page-head answer">
        <div>
          <h1 className="answer-say">
            {today === 0 ? t('home.todayNone') : <Say id="home.today" values={{ count: today }} />}
          </h1>
          <p className={live > 0 ? 'lg c-open row' : 'lg t2'}>
            {live > 0 && <i className="live" />}
            <span>{live > 0 ? <Say id="home.live" values={{ count: live }} /> : t('home.closed')}</span>
          </p>
        </div>
      </header>
      <More title={t('home.recentSessions')} to="/sessions" more={t('home.allSessions')}>
        {sessions.data.length === 0 ? (
          <Empty icon="terminal-2" title={t('sessions.empty')} hint={t('sessions.emptyHint')} />
        ) : (
          <SessionTable sessions={sessions.data.slice(0, 10)} />
        )}
      </More>
      <Evidence />
    </>
  );
}

function Evidence() {
  const { t } = useTranslation();
  const head = useQuery(evidenceQuery).data;
  if (head === undefined) return null;
  return (
    <More title={t('home.evidence')}>
      <div className="card bd stack g3">
        <dl className="kv">
          <Fact name={t('home.evidenceSize')}>{head.size.toLocaleString('en-US')}</Fact>
          <Fact name={t('home.evidenceCheckpoint')}>
            {head.checkpoint === null ? t('home.evidenceNone') : <pre className="checkpoint">{head.checkpoint}</pre>}
          </Fact>
        </dl>
        <p className="hint">{t('home.evidenceKey')}</p>
        <CopyLine text={head.verifierKey} />
        <p className="hint">{t('home.evidenceHint')}</p>
      </div>
    </More>
  );
}
