// From when to when, as a head reads it: two clocks and what lies between.

import { useTranslation } from 'react-i18next';
import { Moment } from '../clock/moment.tsx';
import { spoken } from '../clock/spans.ts';

export function WindowBox({ start, end }: { readonly start: number; readonly end: number }) {
  const { t } = useTranslation();
  return (
    <div className="when">
      <div>
        <span className="xs t3">
          <Moment at={start} form="day" />
        </span>
        <b>
          <Moment at={start} form="time" />
        </b>
      </div>
      <div className="mid">
        {spoken(t, end - start)}
        <i className="line" />
        {t('ticket.closesItself')}
      </div>
      <div className="right">
        <span className="xs t3">
          <Moment at={end} form="day" />
        </span>
        <b>
          <Moment at={end} form="time" />
        </b>
      </div>
    </div>
  );
}
