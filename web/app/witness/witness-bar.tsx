// Shouts when the evidence log was put back or written again. It is on every page, has no way to close it, and shows
// both checkpoints, so that whoever looks into it has what this browser saw.

import { useSuspenseQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { statusQuery } from '../api/login.ts';
import { fullTime } from '../clock/wall-time.ts';
import { Icon } from '../kit/icon.tsx';
import { readCheckpoint } from './checkpoint.ts';
import type { Kept } from './kept.ts';
import { useWitness } from './use-witness.ts';

export function WitnessBar() {
  const { t } = useTranslation();
  const { demo, timeZone } = useSuspenseQuery(statusQuery).data;
  const alarm = useWitness(demo);
  if (alarm === undefined) return null;
  const { kind, kept, shown } = alarm;
  return (
    <section className="witness-bar" role="alert" data-testid="witness-alarm">
      <p className="row g2">
        <Icon name="alert-triangle" />
        <strong>{t('witness.title')}</strong>
      </p>
      <p>
        {t(`witness.${kind}`, {
          time: fullTime(kept.seenAt, timeZone),
          kept: readCheckpoint(kept.note)?.size ?? 0,
          now: readCheckpoint(shown.note)?.size ?? 0,
        })}
      </p>
      <p>{t('witness.whatToDo')}</p>
      <details>
        <summary>{t('witness.both')}</summary>
        <Seen title={t('witness.seen')} seen={kept} />
        <Seen title={t('witness.shown')} seen={shown} />
      </details>
    </section>
  );
}

function Seen({ title, seen }: { readonly title: string; readonly seen: Kept }) {
  return (
    <>
      <p>{title}</p>
      <pre>{`${seen.verifierKey}\n\n${seen.note}`}</pre>
    </>
  );
}
