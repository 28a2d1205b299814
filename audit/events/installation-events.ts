// What the evidence log can say of the installation itself: its processes and ports, its targets, its disk and clock, and
// who else vouches for the log.

import type { Json } from '../../store/core/canonical-json.ts';

export interface InstallationEvents {
  'log.started': { readonly origin: string };
  /** Nothing else was said for a while; so many sessions were live. */
  'log.heartbeat': { readonly sessions: number };
  'system.started': { readonly version: string };
  'system.stopped': Record<string, never>;
  'target.added': {
    readonly target: string;
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly hostKey: string;
  };
  'target-account.added': { readonly targetAccount: string; readonly target: string; readonly login: string };
  'listener.opened': { readonly port: number };
  'listener.closed': { readonly port: number };
  /** The port stays closed, because what was recorded could not be read again; said once until it can. */
  'recorder.self-test-failed': { readonly why: string };
  /** Within a minute: connections to the SSH port that never got as far as a login. */
  'connections.dropped': { readonly drops: Json };
  /** At this rate the reserve is reached in less than a month, or little more than it is free; once until it is not. */
  'disk.warning': DiskSpace;
  'disk.recovered': DiskSpace;
  /** A witness of this log has not answered for long; or answers again after silence or a no. */
  'witness.silent': { readonly witness: string };
  'witness.heard': { readonly witness: string };
  /** A witness says no to checkpoint `size`. `cosigned`: the size it says it has cosigned, larger than a log put back. */
  'witness.refused': {
    readonly witness: string;
    readonly status: number;
    readonly size: number;
    readonly cosigned: number | null;
  };
  /** A timestamp authority has stamped checkpoint `size`. `at`: its time; `sha256`: of the token, hex. */
  'timestamp.taken': { readonly size: number; readonly at: number; readonly sha256: string };
  /** It has not, or what it sent is none; once until it has again. */
  'timestamp.failed': { readonly size: number; readonly why: string };
  /** The machine's clock was set: how far it now is from where it should be. Windows follow forward, never back. */
  'clock.jumped': { readonly milliseconds: number };
  'lease.lost': { readonly sessions: number };
}

/** `daysLeft`: until recordings reach the reserve; null while nothing is recorded. */
export type DiskSpace = {
  readonly freeBytes: number;
  readonly reserveBytes: number;
  readonly bytesPerDay: number;
  readonly daysLeft: number | null;
};
