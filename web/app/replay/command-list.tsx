// The commands of the session, read from its screen. Fetching them is a viewing of its own, so it is asked for.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandRow } from '../../contract/commands.ts';
import type { Session } from '../../contract/sessions.ts';
import { commandLog } from '../api/sessions.ts';
import { ticking } from '../clock/spans.ts';
import { ProblemNote } from '../kit/problem-note.tsx';
import { keysOf } from './typed-lines.ts';

interface CommandListProps {
  readonly session: Session;
  readonly at: number;
  readonly onSeek: (at: number) => void;
}

export function CommandList({ session, at, onSeek }: CommandListProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['sessions', 'commands', session.id],
    queryFn: () => commandLog(session.id, 0),
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <h2>{t('replay.commands')}</h2>
      {!asked && (
        <button type="button" className="btn sm" onClick={() => setAsked(true)}>
          {t('replay.commandsShow')}
        </button>
      )}
      <ProblemNote error={error} />
      {data !== undefined && <p className="hint">{t(hintOf(data.ready, data.commands.length, data.more))}</p>}
      <ol data-testid="commands">
        {data?.commands.map((row, index) => (
          <li key={`${row.at}-${index.toString()}`}>
            <button type="button" className={row.at <= at ? 'past' : ''} onClick={() => onSeek(row.at)}>
              <span className="xs t3">{ticking(row.at)}</span>
              <Line row={row} />
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

function Line({ row }: { readonly row: CommandRow }) {
  const { t } = useTranslation();
  if (row.text === null) return <span className="sm">{t('replay.hidden', { count: row.keys })}</span>;
  return (
    <span className="mono">
      {/* Attacker-controlled: what cannot be seen is shown as a sign, the prompt for whoever hovers. */}
      <span title={keysOf(row.prompt).join('')}>{keysOf(row.text).join('')}</span>
      {row.confidence === 'low' && <span className="xs dim"> {t('replay.commandsLow')}</span>}
    </span>
  );
}

function hintOf(ready: boolean, count: number, more: boolean) {
  if (!ready) return 'replay.commandsWait';
  if (more) return 'replay.commandsMore';
  return count === 0 ? 'replay.commandsNone' : 'replay.commandsHint';
}
