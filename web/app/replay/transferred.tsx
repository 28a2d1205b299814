// A forwarded connection, which has no screen: who, where to, and how much went each way. What it carried is between two
// programs and is in the recording; the page does not guess at it.

import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { byteCount } from '../kit/byte-count.ts';
import { Fact } from '../kit/fact.tsx';
import type { Timeline } from './timeline.ts';

interface TransferredProps {
  readonly session: Session;
  readonly timeline: Timeline;
}

export function Transferred({ session, timeline }: TransferredProps) {
  const { t } = useTranslation();
  return (
    <section className="card" data-testid="transferred">
      <dl className="kv bd wide-kv">
        <Fact name={t('replay.from')}>
          <span className="mono">{session.source}</span>
        </Fact>
        <Fact name={t('replay.to')}>
          <span className="mono break">{session.destination}</span>
        </Fact>
        <Fact name={t('replay.sent')}>{byteCount(bytesOf(timeline, 'input'))}</Fact>
        <Fact name={t('replay.received')}>{byteCount(bytesOf(timeline, 'output'))}</Fact>
      </dl>
      <p className="bd hint">{t(timeline.complete ? 'replay.transferredHint' : 'replay.counting')}</p>
    </section>
  );
}

function bytesOf({ events }: Timeline, kind: 'input' | 'output'): number {
  return events.reduce((sum, event) => (event.kind === kind ? sum + event.bytes.length : sum), 0);
}
