// Instead of a code: a passkey. Shown only where this browser can and its person has one.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { passkeysPossible, passkeysQuery } from '../api/passkeys.ts';
import { Icon } from './icon.tsx';

interface PasskeyButtonProps {
  readonly onPress: () => void;
  readonly busy: boolean;
}

export function PasskeyButton({ onPress, busy }: PasskeyButtonProps) {
  const possible = passkeysPossible();
  const own = useQuery({ ...passkeysQuery, enabled: possible });
  if (!possible || (own.data?.length ?? 0) === 0) return null;
  return <PressPasskey onPress={onPress} busy={busy} />;
}

/** For the sign-in page, which does not know who has one. */
export function PressPasskey({ onPress, busy }: PasskeyButtonProps) {
  const { t } = useTranslation();
  return (
    <button type="button" className="btn ghost" onClick={onPress} disabled={busy}>
      <Icon name="fingerprint" /> {t('code.passkey')}
    </button>
  );
}
