// The view is over, or never came to be: why, and what to do next.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useSentence } from '../language/sentence-of.ts';
import type { WatchPhase } from './use-watch.ts';

interface WatchEndProps {
  readonly session: Session;
  readonly phase: Extract<WatchPhase, { readonly name: 'ended' | 'refused' }>;
}

export function WatchEnd({ session, phase }: WatchEndProps) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const over = session.endedAt !== null || (phase.name === 'ended' && phase.reason === 'session.over');
  return (
    <section className="card term-card stack g3" role="alert">
      <h1 className="row">
        <Icon name="gate-closed" className="t3" />
        {t(over ? 'terminal.ended' : 'supervision.viewClosed')}
      </h1>
      {phase.name === 'refused' && !over && <ProblemNote error={phase.error} />}
      {phase.name === 'ended' && !over && <p>{sentence(phase.text)}</p>}
      {over && session.endReason !== null && <p>{t(`endReason.${session.endReason}`)}</p>}
      {over && <p className="sm t2">{t('supervision.overNext')}</p>}
      <div className="row wrap">
        <Link to="/supervision" className="btn primary">
          {t('supervision.back')}
        </Link>
        <Link to="/tickets/$id" params={{ id: session.ticket.id }} className="btn">
          {t('supervision.ticket')}
        </Link>
      </div>
    </section>
  );
}
