// The freeze calendar.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Freeze } from '../../contract/arrangements.ts';
import { freezesQuery, liftFreeze, placeFreeze } from '../api/arrangements.ts';
import { useCentreClock } from '../clock/centre-clock.tsx';
import { Moment } from '../clock/moment.tsx';
import { instantOf } from '../clock/wall-time.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { NO_SPAN, type Span, SpanFields } from './span-fields.tsx';

export function Freezes({ mayPlace, mayLift }: { readonly mayPlace: boolean; readonly mayLift: boolean }) {
  const { t } = useTranslation();
  const query = useQuery(freezesQuery);
  const [placing, setPlacing] = useState(false);
  const [lifting, setLifting] = useState<Freeze>();
  return (
    <section className="card bd stack g3">
      <h2 className="cap">{t('arrange.freezes')}</h2>
      <p className="t2 sm">{t('arrange.freezesSay')}</p>
      <ProblemNote error={query.error} />
      {query.data?.length === 0 && <p className="t3">{t('arrange.noFreezes')}</p>}
      {query.data?.map((freeze) => (
        <p key={freeze.id} className="row wrap">
          <Icon name="calendar" className="t3" />
          <b>{freeze.reason}</b>
          <span>
            <Moment at={freeze.start} form="date" /> – <Moment at={freeze.end} form="date" />
          </span>
          {mayLift && (
            <button type="button" className="btn ghost sm end" onClick={() => setLifting(freeze)}>
              {t('arrange.lift')}
            </button>
          )}
        </p>
      ))}
      {mayPlace && (
        <button type="button" className="btn sm" onClick={() => setPlacing(true)}>
          <Icon name="plus" />
          {t('arrange.placeFreeze')}
        </button>
      )}
      {placing && <Place onClose={() => setPlacing(false)} />}
      {lifting !== undefined && <Lift freeze={lifting} onClose={() => setLifting(undefined)} />}
    </section>
  );
}

function Place({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { zone } = useCentreClock();
  const client = useQueryClient();
  const id = useId();
  const [span, setSpan] = useState<Span>(NO_SPAN);
  return (
    <CodeDialog
      title={t('arrange.placeFreeze')}
      act={t('arrange.placeFreeze')}
      asks="reason"
      reasonLabel={t('arrange.freezeReason')}
      onAct={async ({ reason }) => {
        const body = { start: instantOf(span.start, zone) ?? 0, end: instantOf(span.end, zone) ?? 0, reason };
        client.setQueryData(freezesQuery.queryKey, await placeFreeze(body));
      }}
      onClose={onClose}
    >
      <p className="t2 left">{t('arrange.placeFreezeSay')}</p>
      <SpanFields id={id} span={span} onChange={setSpan} />
    </CodeDialog>
  );
}

function Lift({ freeze, onClose }: { readonly freeze: Freeze; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <CodeDialog
      title={t('arrange.liftTitle')}
      act={t('arrange.lift')}
      danger
      onAct={async ({ code }) => client.setQueryData(freezesQuery.queryKey, await liftFreeze(freeze.id, code))}
      onClose={onClose}
    >
      <p className="t2 left">{t('arrange.liftSay', { what: freeze.reason })}</p>
    </CodeDialog>
  );
}
