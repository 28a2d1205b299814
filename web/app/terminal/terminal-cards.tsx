// The two cards over the terminal: the second factor before it, the reason after it.

import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import type { SecondFactor } from '../../contract/words.ts';
import { passkeyForAct } from '../api/passkeys.ts';
import { CodeField } from '../kit/code-field.tsx';
import { Icon } from '../kit/icon.tsx';
import { PasskeyButton } from '../kit/passkey-button.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useSentence } from '../language/sentence-of.ts';
import type { Phase } from './use-terminal.ts';

interface AskProps {
  readonly name: string;
  readonly ticket: Ticket;
  readonly onOpen: (code: SecondFactor) => Promise<void>;
}

export function AskCode({ name, ticket, onOpen }: AskProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const opening = useMutation({
    /** Without digits a passkey is asked. */
    mutationFn: async (digits: string | undefined) => onOpen(digits ?? (await passkeyForAct())),
    onError: () => setCode(''),
  });
  const idle = !opening.isPending;
  useEffect(() => {
    if (idle) field.current?.focus();
  }, [idle]);
  return (
    <section className="card term-card stack g4">
      <div>
        <p className="xs t3 mono">{ticket.number}</p>
        <h1 className="mono break">{name}</h1>
      </div>
      <CodeField
        ref={field}
        value={code}
        onChange={setCode}
        onFull={(digits) => opening.mutate(digits)}
        hint={t('terminal.codeHint')}
        busy={opening.isPending}
        invalid={opening.isError && opening.variables !== undefined}
      />
      <PasskeyButton onPress={() => opening.mutate(undefined)} busy={opening.isPending} />
      <ProblemNote error={opening.error} />
    </section>
  );
}

/** After these the same ticket opens nothing any more. */
const FINAL: readonly string[] = [
  'account-departed',
  'ticket-revoked',
  'ticket-withdrawn',
  'closed-by-requester',
  'window-ended',
];

interface EndProps {
  readonly ticket: Ticket;
  readonly phase: Extract<Phase, { readonly name: 'ended' }>;
}

export function EndCard({ ticket, phase }: EndProps) {
  const { t } = useTranslation();
  const sentence = useSentence();
  // What the page knows of the ticket may be older than the reason it has just been told.
  const over = phase.reason !== undefined && FINAL.includes(phase.reason);
  const open = ticket.state === 'approved' && ticket.window === 'inside' && !over;
  return (
    <section className="card term-card stack g3" role="alert">
      <h1 className="row">
        <Icon name="gate-closed" className="t3" />
        {t('terminal.ended')}
      </h1>
      <p>
        {phase.text === undefined ? t(phase.why === 'left' ? 'terminal.left' : 'terminal.lost') : sentence(phase.text)}
      </p>
      {phase.reason === 'finished' && typeof phase.exitStatus === 'number' && phase.exitStatus !== 0 && (
        <p className="sm t2">{t('terminal.exit', { status: phase.exitStatus })}</p>
      )}
      {phase.reason !== 'account-departed' && (
        <p className="sm t2">{t(open ? 'terminal.nextOpen' : 'terminal.nextClosed')}</p>
      )}
      <div className="row wrap">
        {open && (
          // A fresh page: a new opening takes a new code and a new screen.
          <button type="button" className="btn primary" onClick={() => window.location.reload()}>
            <Icon name="terminal-2" />
            {t('terminal.again')}
          </button>
        )}
        <Link to="/tickets/$id" params={{ id: ticket.id }} className="btn">
          {t('terminal.back')}
        </Link>
      </div>
    </section>
  );
}
