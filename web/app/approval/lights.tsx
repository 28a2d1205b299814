// What deserves a second look, as the server found it: red ones first, then what is new, then that all is recorded. The
// approval is bound to these very sentences.

import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { Icon } from '../kit/icon.tsx';
import { useSentence } from '../language/sentence-of.ts';

export function Lights({ ticket: { shown } }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const say = useSentence();
  if (shown === null) return null;
  return (
    <section className="lights" aria-label={t('approval.risks')}>
      {shown.lights.map(({ code, level, sentence }) => (
        <div key={code} className="light wide">
          <Icon
            name={level === 'red' ? 'hand-stop' : 'alert-triangle'}
            className={level === 'red' ? 'c-refused' : 'c-warning'}
          />
          <b className={level === 'red' ? 'c-refused' : 'c-warning'}>{t(`approval.light.${level}`)}</b>
          <span>{say(sentence)}</span>
        </div>
      ))}
      {shown.differences.map((each) => (
        <div key={each.zh} className="light wide">
          <Icon name="info-circle" className="c-warning" />
          <b className="c-warning">{t('approval.new')}</b>
          <span>{say(each)}</span>
        </div>
      ))}
      {shown.lights.length === 0 && shown.differences.length === 0 && (
        <div className="light">
          <Icon name="circle-check" className="c-ok" />
          <b>{t('approval.usual')}</b>
          <span>{t('approval.usualSay')}</span>
        </div>
      )}
      <div className="light">
        <Icon name="circle-check" className="c-ok" />
        <b>{t('approval.recorded')}</b>
        <span>{t('approval.recordedSay')}</span>
      </div>
    </section>
  );
}

/** The sentences that an approval is bound to, word for word. */
export function BoundText({ ticket: { shown } }: { readonly ticket: Ticket }) {
  const say = useSentence();
  if (shown === null) return null;
  return (
    <ul className="bound-text">
      {shown.summary.map((each) => (
        <li key={each.zh}>{say(each)}</li>
      ))}
    </ul>
  );
}
