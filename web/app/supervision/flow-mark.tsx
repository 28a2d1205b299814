// Waiting, live or frozen: glyph, word, colour.

import { useTranslation } from 'react-i18next';
import type { FlowState } from '../../contract/supervision.ts';
import { Icon } from '../kit/icon.tsx';

export function FlowMark({ state }: { readonly state: FlowState }) {
  const { t } = useTranslation();
  switch (state) {
    case 'waiting':
      return (
        <span className="st s-warning">
          <Icon name="alert-triangle" />
          {t('supervision.state.waiting')}
        </span>
      );
    case 'frozen':
      return (
        <span className="st s-frozen">
          <Icon name="player-pause" />
          {t('supervision.state.frozen')}
        </span>
      );
    case 'live':
      return (
        <span className="st s-open">
          <i className="live" />
          {t('supervision.state.live')}
        </span>
      );
  }
}
