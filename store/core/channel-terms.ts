// What a ticket agrees to: which kinds of channel, and for files which operations below which paths, for forwarded
// connections which destinations. Plain data, so that controller, gateway and page mean the same.

export const CHANNEL_KINDS = ['shell', 'exec', 'sftp', 'forward'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const FILE_RIGHTS = ['list', 'download', 'upload', 'delete'] as const;
export type FileRight = (typeof FILE_RIGHTS)[number];

export interface FileTerms {
  /** In the order of FILE_RIGHTS, at least one. */
  readonly rights: readonly FileRight[];
  /** Absolute paths on the target; each stands for itself and everything below. Empty: anywhere. */
  readonly paths: readonly string[];
}

/** Where a forwarded connection may go, as the target sees it. */
export interface Destination {
  /** Lower-case name or canonical address. */
  readonly host: string;
  readonly port: number;
}
