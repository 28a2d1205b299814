// What somebody who watches can do: say a line, freeze, cut. Letting go on is in the banner of a frozen session.

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import type { Supervised } from '../../contract/supervision.ts';
import { sayToSession } from '../api/supervision.ts';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { CutButton } from '../sessions/cut-button.tsx';
import { FreezeDialog } from './freeze-dialog.tsx';

interface FootProps {
  readonly session: Session;
  readonly flow: Supervised | undefined;
  readonly frozen: boolean;
}

export function WatchFoot({ session, flow, frozen }: FootProps) {
  const { t } = useTranslation();
  const [freezing, setFreezing] = useState(false);
  const waiting = flow?.state === 'waiting';
  return (
    <footer className="watch-foot">
      <SayLine session={session} />
      <div className="row watch-hands">
        {!frozen && !waiting && (
          <button type="button" className="btn watch-freeze" onClick={() => setFreezing(true)}>
            <Icon name="player-pause" />
            {t('supervision.freeze')}
          </button>
        )}
        <CutButton session={session} />
      </div>
      {freezing && <FreezeDialog session={session} onClose={() => setFreezing(false)} />}
    </footer>
  );
}

function SayLine({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const saying = useMutation({
    mutationFn: (line: string) => sayToSession(session.id, line),
    onSuccess: () => setText(''),
  });
  return (
    <form
      className="grow stack g1"
      onSubmit={(event) => {
        event.preventDefault();
        const line = text.trim();
        if (line !== '' && !saying.isPending) saying.mutate(line);
      }}
    >
      <div className="row">
        <input
          className="input grow"
          value={text}
          maxLength={500}
          placeholder={t('supervision.sayHint')}
          aria-label={t('supervision.sayLabel')}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="btn" disabled={text.trim() === '' || saying.isPending}>
          <Icon name="message-2" />
          {t('supervision.say')}
        </button>
      </div>
      <ProblemNote error={saying.error} />
      {saying.isSuccess && text === '' && (
        <p className="hint" role="status">
          {t('supervision.said')}
        </p>
      )}
    </form>
  );
}
