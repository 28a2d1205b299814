// What the report says of one target account: what is not known before what is, the undeclared before the declared.

import { useTranslation } from 'react-i18next';
import type { ChangeReport } from '../../contract/originals.ts';
import { byteCount } from '../kit/byte-count.ts';
import { Icon, type IconName } from '../kit/icon.tsx';
import { ShortHash } from '../kit/short-hash.tsx';
import { FileName } from '../sessions/file-name.tsx';
import { TextDiff } from './text-diff.tsx';
import { useWhy } from './why-said.ts';

type Place = ChangeReport['places'][number];
type Change = Place['changes'][number];

export function ReportPlace({ place }: { readonly place: Place }) {
  const { t } = useTranslation();
  const { target, login, reading, failure, changes, notRead } = place;
  const inOrder = changes.toSorted((one, other) => Number(one.declared) - Number(other.declared));
  return (
    <div className="card">
      <h3 className="hd">
        <Icon name="server-2" className="t3" />
        <span>
          {target} <span className="t3">·</span> <span className="mono">{login}</span>
        </span>
      </h3>
      <Doubts place={place} />
      {changes.length === 0 && reading === null && <p className="bd t2">{t('originals.noReading')}</p>}
      {changes.length === 0 && reading !== null && failure === null && notRead === 0 && (
        <p className="bd t2">{t('originals.noChanges')}</p>
      )}
      <ul className="changes">
        {inOrder.map((change, nth) => (
          <ChangeRow key={`${nth.toString()} ${change.path.text}`} change={change} />
        ))}
      </ul>
    </div>
  );
}

function Doubts({ place: { failure, originals, notRead } }: { readonly place: Place }) {
  const { t } = useTranslation();
  const said = useWhy();
  if (failure === null && originals === null && notRead === 0) return null;
  return (
    <div className="bd stack">
      {failure !== null && (
        <div className="note s-warning">
          <Icon name="alert-triangle" />
          <p>
            {t('originals.failure', { why: said(failure.why) })}{' '}
            {failure.path !== null && <FileName name={failure.path} />}
          </p>
        </div>
      )}
      {originals !== null && (
        <div className="note s-warning">
          <Icon name="alert-triangle" />
          <p>{t('originals.notWhole', { why: said(originals) })}</p>
        </div>
      )}
      {notRead > 0 && (
        <div className="note s-warning">
          <Icon name="alert-triangle" />
          <p>{t('originals.notRead', { count: notRead })}</p>
        </div>
      )}
    </div>
  );
}

const ICONS: Readonly<Record<Change['how'], IconName>> = {
  added: 'plus',
  changed: 'pencil',
  mode: 'key',
  removed: 'x',
  unread: 'alert-triangle',
  'no-original': 'alert-triangle',
};

function ChangeRow({ change }: { readonly change: Change }) {
  const { t } = useTranslation();
  const said = useWhy();
  const { path, declared, how, before, after, text, why, modeChanged } = change;
  const doubtful = how === 'unread' || how === 'no-original';
  const compared = how === 'changed' && before?.sha256 !== null && after?.sha256 !== null;
  return (
    <li className="stack g1">
      <p className="row wrap">
        <span className={doubtful ? 'st s-warning' : 'st s-closed'}>
          <Icon name={ICONS[how]} />
          {t(`originals.how.${how}`)}
        </span>
        {!declared && (
          <span className="st s-warning">
            <Icon name="alert-triangle" />
            {t('originals.undeclared')}
          </span>
        )}
        <FileName name={path} />
      </p>
      {why !== null && <p className="sm c-warning">{said(why)}</p>}
      {!doubtful && <Sides before={before} after={after} />}
      {modeChanged && (
        <p className="sm t2">{t('originals.mode', { before: octal(before?.mode), after: octal(after?.mode) })}</p>
      )}
      {text !== null && (
        <details className="diff-box">
          <summary>
            {t('originals.showText')}
            <Icon name="chevron-right" className="t3" />
          </summary>
          <TextDiff text={text} />
        </details>
      )}
      {text === null && compared && <p className="hint">{t('originals.notText')}</p>}
    </li>
  );
}

function Sides({ before, after }: Pick<Change, 'before' | 'after'>) {
  const { t } = useTranslation();
  const sides = [
    [t('originals.before'), before],
    [t('originals.after'), after],
  ] as const;
  const there = sides.filter(([, state]) => state !== null && state.type !== 'absent');
  return (
    <p className="xs t3 row wrap hash-row">
      {there.map(
        ([word, state]) =>
          state !== null && (
            <span key={word}>
              {word} {state.type !== 'file' && t(`originals.type.${state.type}`)}
              {state.type === 'file' && state.size !== null && byteCount(state.size)}{' '}
              {state.sha256 !== null && <ShortHash hash={state.sha256} />}
              {state.link !== null && (
                <>
                  {' '}
                  → <FileName name={state.link} />
                </>
              )}
            </span>
          ),
      )}
    </p>
  );
}

function octal(mode: number | null | undefined): string {
  return mode === null || mode === undefined ? '—' : mode.toString(8).padStart(4, '0');
}
