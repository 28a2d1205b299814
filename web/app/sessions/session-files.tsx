// What a session did to files, for the auditor: one row for each, with result and SHA-256.

import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { FileRow, FilesPage } from '../../contract/session-files.ts';
import type { Session } from '../../contract/sessions.ts';
import { filesPage } from '../api/sessions.ts';
import { ticking } from '../clock/spans.ts';
import { byteCount } from '../kit/byte-count.ts';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { IntegrityNote } from '../replay/integrity-note.tsx';
import { FileName } from './file-name.tsx';
import { FILE_OPS } from './file-ops.ts';

const WHYS = [
  'right.list',
  'right.download',
  'right.upload',
  'right.delete',
  'path.outside',
  'path.missing',
  'path.unusable',
  'not-offered',
] as const;
const CODES = ['1', '2', '3', '4', '8'] as const;
const HASHED = ['read-back', 'partial'] as const;

export function SessionFiles({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['sessions', 'files', session.id],
    queryFn: ({ pageParam }) => filesPage(session.id, pageParam),
    initialPageParam: 0,
    getNextPageParam: ({ next }: FilesPage) => next,
    // Each page that is fetched is a viewing on record: none is fetched that nobody asked for.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const [first] = query.data?.pages ?? [];
  if (first === undefined) return query.isError ? <ProblemNote error={query.error} /> : <Loading lines={6} />;
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <section className="files">
      <IntegrityNote integrity={first.integrity} />
      <h2>{t('fileLog.title')}</h2>
      {rows.length === 0 ? <p className="hint">{t('fileLog.none')}</p> : <Rows rows={rows} />}
      {query.hasNextPage && (
        <button type="button" className="btn" disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
          {t('fileLog.more')}
        </button>
      )}
      {first.looked > 0 && <p className="hint">{t('fileLog.looked', { count: first.looked })}</p>}
    </section>
  );
}

function Rows({ rows }: { readonly rows: readonly FileRow[] }) {
  const { t } = useTranslation();
  return (
    <div className="card scroll">
      <table className="cards">
        <thead>
          <tr>
            <th>{t('fileLog.what')}</th>
            <th>{t('fileLog.path')}</th>
            <th className="num">{t('fileLog.size')}</th>
            <th>{t('fileLog.result')}</th>
            <th className="num">{t('fileLog.at')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.n} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { readonly row: FileRow }) {
  const { t } = useTranslation();
  const { closed } = row;
  return (
    <tr>
      <td className="mark nowrap">{t(`fileLog.op.${oneOf(FILE_OPS, row.what) ?? 'other'}`)}</td>
      <td className="main-cell">
        {row.path === null ? <span className="t3">{row.what}</span> : <FileName name={row.path} />}
        {row.to !== null && (
          <>
            {' '}
            <Icon name="arrow-right" className="t3" /> <FileName name={row.to} />
          </>
        )}
        {closed !== null && closed.hashed !== 'none' && closed.sha256 !== null && (
          <p className="xs t2 hash">
            SHA-256 <span className="mono">{closed.sha256}</span>
            {closed.hashed !== 'in-flight' && ` · ${t(`fileLog.hashed.${oneOf(HASHED, closed.hashed) ?? 'none'}`)}`}
          </p>
        )}
      </td>
      <td className="num nowrap" data-label={t('fileLog.size')}>
        {sizeOf(row, t('fileLog.entries', { count: closed?.entries ?? 0 }))}
      </td>
      <td data-label={t('fileLog.result')}>
        <Result row={row} />
      </td>
      <td className="num" data-label={t('fileLog.at')}>
        {ticking(row.at)}
      </td>
    </tr>
  );
}

function sizeOf({ what, closed }: FileRow, entries: string): string {
  if (closed === null) return '';
  if (what === 'list') return entries;
  return byteCount(Math.max(closed.read, closed.written));
}

function Result({ row: { refused, code, closed } }: { readonly row: FileRow }) {
  const { t } = useTranslation();
  if (refused !== null) {
    return (
      <span className="c-refused">
        <Icon name="ban" /> {t('fileLog.refused')} {t(`fileLog.why.${oneOf(WHYS, refused) ?? 'other'}`)}
      </span>
    );
  }
  if (code === null) return <span className="t3">{t('fileLog.noAnswer')}</span>;
  if (code !== 0) return <span className="t2">{t(`fileLog.code.${oneOf(CODES, code.toString()) ?? '4'}`)}</span>;
  if (closed !== null && !closed.complete) return <span className="c-refused">{t('fileLog.incomplete')}</span>;
  if (closed?.hashed === 'none' && (closed.read > 0 || closed.written > 0)) {
    return <span className="t2">{t('fileLog.noHash')}</span>;
  }
  return (
    <span>
      <Icon name="check" className="c-accent" /> {t('fileLog.done')}
    </span>
  );
}

function oneOf<const T extends string>(known: readonly T[], word: string): T | undefined {
  return known.find((each) => each === word);
}
