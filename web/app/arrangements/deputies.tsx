// Who stands in for a head, and for how long.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deputy } from '../../contract/arrangements.ts';
import { appointDeputy, deputiesQuery, deputyCandidatesQuery, endDeputy } from '../api/arrangements.ts';
import { useCentreClock } from '../clock/centre-clock.tsx';
import { Moment } from '../clock/moment.tsx';
import { instantOf } from '../clock/wall-time.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { describedBy, Field } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { PersonName } from '../kit/person-name.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { NO_SPAN, type Span, SpanFields } from './span-fields.tsx';

export function Deputies({ mayAppoint }: { readonly mayAppoint: boolean }) {
  const { t } = useTranslation();
  const { now } = useCentreClock();
  const query = useQuery(deputiesQuery);
  const [appointing, setAppointing] = useState(false);
  const [ending, setEnding] = useState<Deputy>();
  const current = (query.data ?? []).filter(({ until, endedAt }) => endedAt === null && until > now());
  return (
    <section className="card bd stack g3">
      <h2 className="cap">{t('arrange.deputies')}</h2>
      <p className="t2 sm">{t('arrange.deputiesSay')}</p>
      <ProblemNote error={query.error} />
      {query.data !== undefined && current.length === 0 && <p className="t3">{t('arrange.noDeputies')}</p>}
      {current.map((deputy) => (
        <p key={deputy.id} className="row wrap">
          <PersonName person={deputy.deputy} />
          <span className="t2 sm">{t('arrange.standsInFor', { name: deputy.head.displayName })}</span>
          <span className="sm">
            <Moment at={deputy.from} form="date" /> – <Moment at={deputy.until} form="date" />
          </span>
          {deputy.inForce && (
            <span className="st s-accent tiny">
              <Icon name="circle-check" />
              {t('arrange.inForce')}
            </span>
          )}
          {mayAppoint && (
            <button type="button" className="btn ghost sm end" onClick={() => setEnding(deputy)}>
              {t('arrange.endDeputy')}
            </button>
          )}
        </p>
      ))}
      {mayAppoint && (
        <button type="button" className="btn sm" onClick={() => setAppointing(true)}>
          <Icon name="plus" />
          {t('arrange.appoint')}
        </button>
      )}
      {appointing && <Appoint onClose={() => setAppointing(false)} />}
      {ending !== undefined && <End deputy={ending} onClose={() => setEnding(undefined)} />}
    </section>
  );
}

function Appoint({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { zone } = useCentreClock();
  const client = useQueryClient();
  const people = useQuery(deputyCandidatesQuery).data ?? [];
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const [span, setSpan] = useState<Span>(NO_SPAN);
  const id = useId();
  const deputy = chosen === '' ? (people[0]?.id ?? '') : chosen;
  return (
    <CodeDialog
      title={t('arrange.appoint')}
      act={t('arrange.appoint')}
      onAct={async ({ code }) => {
        const from = instantOf(span.start, zone) ?? 0;
        const until = instantOf(span.end, zone) ?? 0;
        client.setQueryData(deputiesQuery.queryKey, await appointDeputy({ deputy, from, until, reason, code }));
      }}
      onClose={onClose}
    >
      <p className="t2 left">{t('arrange.appointSay')}</p>
      <Field id={`${id}-who`} label={t('arrange.person')}>
        <select id={`${id}-who`} className="input" value={deputy} onChange={(event) => setChosen(event.target.value)}>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.displayName}
            </option>
          ))}
        </select>
      </Field>
      <SpanFields id={id} span={span} onChange={setSpan} />
      <Field id={`${id}-why`} label={t('arrange.deputyReason')}>
        <input
          id={`${id}-why`}
          className="input"
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          {...describedBy(`${id}-why`, undefined)}
        />
      </Field>
    </CodeDialog>
  );
}

function End({ deputy, onClose }: { readonly deputy: Deputy; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <ConfirmDialog
      title={t('arrange.endDeputy')}
      act={t('arrange.endDeputy')}
      onAct={async () => client.setQueryData(deputiesQuery.queryKey, await endDeputy(deputy.id))}
      onClose={onClose}
    >
      <p className="t2 left">{t('arrange.endDeputySay', { name: deputy.deputy.displayName })}</p>
    </ConfirmDialog>
  );
}
