// One target account of a ticket, and what may be done there.

import type { ChannelKind, Destination, FileTerms } from '../../store/core/channel-terms.ts';
import type { TargetAccountId } from '../../store/core/ids.ts';

export interface AgreedChannel {
  readonly targetAccountId: TargetAccountId;
  readonly kinds: readonly ChannelKind[];
  /** Present exactly when the kind `sftp` is agreed. */
  readonly files: FileTerms | null;
  /** Present exactly when the kind `forward` is agreed. */
  readonly destinations: readonly Destination[] | null;
}
