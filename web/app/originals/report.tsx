// The difference report: read on demand, since every reading is on record.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeReport } from '../../contract/originals.ts';
import type { Ticket } from '../../contract/tickets.ts';
import { changeReport } from '../api/originals.ts';
import { ApiError } from '../api/problem.ts';
import { Moment } from '../clock/moment.tsx';
import { Icon, type IconName } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { ShortHash } from '../kit/short-hash.tsx';
import { useSentence } from '../language/sentence-of.ts';
import { figuresOf, type ReportFigures } from './figures.ts';
import { ReportPlace } from './report-place.tsx';

export function Report({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [asked, setAsked] = useState(false);
  // Sent back and reported again, it is another report.
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['originals', 'report', ticket.id, ticket.report?.at ?? null],
    queryFn: () => changeReport(ticket.id),
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const none = error instanceof ApiError && error.code === 'originals.no-report' ? error : undefined;
  if (data !== undefined) return <Whole report={data} />;
  return (
    <div className="card bd stack g3">
      <h3>{t('originals.report')}</h3>
      {ticket.report === null && <p className="t2">{t('originals.noReport')}</p>}
      {none !== undefined && <p className="t2">{sentence(none.sentence)}</p>}
      {ticket.report !== null && none === undefined && (
        <>
          <p className="t2">{t('originals.showReportHint')}</p>
          <ProblemNote error={error} />
          <div>
            <button
              type="button"
              className="btn"
              disabled={isFetching}
              onClick={() => (asked ? void refetch() : setAsked(true))}
            >
              <Icon name="eye" />
              {t('originals.showReport')}
            </button>
          </div>
        </>
      )}
    </div>
  );
}

function Whole({ report }: { readonly report: ChangeReport }) {
  const { t } = useTranslation();
  const figures = figuresOf(report);
  return (
    <>
      <div className="card bd stack g3">
        <div className="row between wrap">
          <h3>{t('originals.report')}</h3>
          <p className="xs t3 row wrap hash-row">
            <span>
              {t('originals.readAgain')} <Moment at={report.at} form="date" />
            </span>
            <span>
              SHA-256 <ShortHash hash={report.sha256} />
            </span>
          </p>
        </div>
        <Figures figures={figures} />
        {figures.undeclared > 0 && (
          <p className="note s-warning">
            <Icon name="alert-triangle" />
            <span>{t('originals.undeclaredSay', { count: figures.undeclared })}</span>
          </p>
        )}
      </div>
      {report.places.map((place) => (
        <ReportPlace key={`${place.target} ${place.login}`} place={place} />
      ))}
    </>
  );
}

const FIGURES: readonly (readonly [keyof ReportFigures, IconName])[] = [
  ['added', 'plus'],
  ['changed', 'pencil'],
  ['removed', 'x'],
  ['undeclared', 'alert-triangle'],
  ['unknown', 'alert-triangle'],
];

function Figures({ figures }: { readonly figures: ReportFigures }) {
  const { t } = useTranslation();
  const shown = FIGURES.filter(([name]) => figures[name] > 0);
  if (shown.length === 0) return <p className="lg">{t('originals.noChanges')}</p>;
  return (
    <ul className="row wrap figures">
      {shown.map(([name, icon]) => (
        <li key={name} className={icon === 'alert-triangle' ? 'st s-warning' : 'st s-closed'}>
          <Icon name={icon} />
          {t(`originals.figures.${name}`, { count: figures[name] })}
        </li>
      ))}
    </ul>
  );
}
