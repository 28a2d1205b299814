// The difference of two texts. Signs before colours; nothing in the text is obeyed.

import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Stretches } from '../sessions/shown-text.tsx';
import { type DiffLine, readDiff } from './diff-lines.ts';

const LOOKS = { '+': 'added', '-': 'removed', ' ': 'same', '@': 'head', '\\': 'aside' } as const;

export function TextDiff({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const { lines, cut } = readDiff(text);
  return (
    <>
      <section className="text-diff" aria-label={t('originals.showText')}>
        {lines.map((line, nth) => (
          <Line key={nth.toString()} line={line} />
        ))}
      </section>
      {cut && <p className="hint">{t('originals.cut')}</p>}
    </>
  );
}

function Line({ line: { sign, text, before, after } }: { readonly line: DiffLine }) {
  const { t } = useTranslation();
  if (sign === '@') return <p className="head">{text}</p>;
  if (sign === '\\') return <p className="head">{t('originals.noLineEnd')}</p>;
  const word = sign === '+' ? t('originals.addedLine') : sign === '-' ? t('originals.removedLine') : '';
  return (
    <p className={LOOKS[sign]}>
      <span className="nr" aria-hidden="true">
        {before}
      </span>
      <span className="nr" aria-hidden="true">
        {after}
      </span>
      <span className="sign" aria-hidden="true">
        {sign === '-' ? '−' : sign}
      </span>
      <bdi className="text file-name" dir="ltr">
        {word !== '' && <span className="sr">{word} </span>}
        <Tabbed text={text} />
      </bdi>
    </p>
  );
}

/** Tabs stay what they are: they only indent. */
function Tabbed({ text }: { readonly text: string }) {
  return text.split('\t').map((part, nth) => (
    <Fragment key={nth.toString()}>
      {nth > 0 && '\t'}
      <Stretches text={part} />
    </Fragment>
  ));
}
