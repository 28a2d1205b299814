// What a ticket agrees to besides the kind of channel: which file operations, below which paths, and which destinations
// a forwarded connection may have. Plain data, so that controller, gateway and page mean the same.

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
