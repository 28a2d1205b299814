// Searching what all sessions printed: by the address (`?q=…`), one session with its finds after another, each leading
// to its moment in the replay.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SearchHit, SearchPage } from '../../contract/search.ts';
import { searchPage } from '../api/records.ts';
import { Moment } from '../clock/moment.tsx';
import { ticking } from '../clock/spans.ts';
import { Empty } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { TextField } from '../kit/text-field.tsx';
import { stretches } from '../sessions/visible-text.ts';

const route = getRouteApi('/inside/search');
type Found = SearchPage['sessions'][number];

export function Search() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = useNavigate();
  const [text, setText] = useState(q ?? '');
  usePageTitle(t('search.title'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') void navigate({ to: '/search', search: { q: text.trim() } });
  };
  return (
    <>
      <header className="page-head">
        <h1>{t('search.title')}</h1>
      </header>
      <search>
        <form className="stack g3" onSubmit={submit}>
          <TextField label={t('search.label')} hint={t('search.hint')} value={text} onChange={setText} />
          <button type="submit" className="btn primary">
            <Icon name="search" />
            {t('search.go')}
          </button>
        </form>
      </search>
      {q !== undefined && <Answer key={q} q={q} />}
    </>
  );
}

function Answer({ q }: { readonly q: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['search', q],
    queryFn: ({ pageParam }) => searchPage(q, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }: SearchPage) => next,
    // Each answer is an act on record: none is asked for again by itself.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const pages = query.data?.pages ?? [];
  const sessions = pages.flatMap((page) => page.sessions);
  const waiting = pages.at(-1)?.waiting ?? 0;
  return (
    <section className="stack g3" aria-live="polite">
      <ProblemNote error={query.error} />
      {query.isPending && <Loading lines={6} />}
      {query.isSuccess && sessions.length === 0 && !query.hasNextPage && (
        <Empty icon="search" title={t('search.none')} hint={t('search.noneHint')} />
      )}
      {sessions.map((found, nth) => (
        <Session key={`${found.session.id}-${nth.toString()}`} found={found} />
      ))}
      {query.hasNextPage && (
        <button type="button" className="btn" disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
          {t('search.more')}
        </button>
      )}
      {waiting > 0 && <p className="hint">{t('search.waiting', { count: waiting })}</p>}
    </section>
  );
}

function Session({ found: { session, partly, hits } }: { readonly found: Found }) {
  const { t } = useTranslation();
  return (
    <article className="card bd stack g3">
      <p className="row wrap">
        <Link to="/sessions/$id" params={{ id: session.id }}>
          <b>{session.target}</b> · <span className="mono">{session.login}</span>
        </Link>
        <span className="t2">{session.account.displayName}</span>
        <Moment at={session.startedAt} form="date" />
        <span className="xs t3 end">{t('search.finds', { count: hits.length })}</span>
      </p>
      {hits.map((hit) => (
        <Hit key={`${hit.at}-${hit.offset}-${hit.command}-${hit.snippet}`} hit={hit} session={session.id} />
      ))}
      {partly && <p className="hint">{t('search.partly')}</p>}
    </article>
  );
}

/** A second before it was there, so that it is seen coming. */
const BEFORE_MS = 1000;

function Hit({ hit, session }: { readonly hit: SearchHit; readonly session: string }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/sessions/$id"
      params={{ id: session }}
      search={{ at: Math.max(0, Math.floor(hit.at) - BEFORE_MS) }}
      className="find"
    >
      <span className="xs t3">
        {ticking(hit.at)}
        {hit.command !== null && ` · ${t('search.command')}`}
        {hit.command === 'low' && ` ${t('replay.commandsLow')}`}
      </span>
      <pre className="command">
        {pieces(hit).map(({ key, text, found }) =>
          found ? <mark key={key}>{text}</mark> : <Fragment key={key}>{text}</Fragment>,
        )}
      </pre>
    </Link>
  );
}

/** The snippet cut at its marks; odd characters, which the target chose, show by number. */
function pieces({ snippet, marks }: SearchHit): readonly { key: string; text: string; found: boolean }[] {
  const cut: { key: string; text: string; found: boolean }[] = [];
  let at = 0;
  const add = (to: number, found: boolean) => {
    if (to > at) cut.push({ key: `${at}`, text: visible(snippet.slice(at, to)), found });
    at = Math.max(at, to);
  };
  for (const [from, length] of marks) {
    add(from, false);
    add(from + length, true);
  }
  add(snippet.length, false);
  return cut;
}

function visible(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      stretches(line)
        .map((stretch) => stretch.text)
        .join(''),
    )
    .join('\n');
}
