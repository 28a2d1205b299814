// What the evidence log says about each recording, gathered while the log is verified.

import type { Finding } from '../../audit/finding.ts';
import type { LoggedEvent } from '../../audit/verify-leaves.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import { parseId, type SessionId } from '../../store/core/ids.ts';
import { TRACKS, type TrackName } from '../format/track.ts';

export interface RecordingClaims {
  readonly session: SessionId;
  /** Where the log first names it. */
  readonly file: string;
  readonly leaf: number;
  readonly tracks: { readonly [track in TrackName]: TrackClaims };
  /** The event that fixed the tracks; undefined while the recording is open. */
  fixed: { readonly by: 'recording.sealed' | 'recording.recovered'; readonly leaf: number } | undefined;
  /** The event after which nothing of it may be there. `asFixed`: it names what was fixed. */
  destroyed: { readonly leaf: number; readonly asFixed: boolean } | undefined;
}

export interface TrackClaims {
  /** Hash of the header, hex; undefined when the opening never reached the log. */
  opening: string | undefined;
  /** Every head that was logged → the leaf that did. */
  readonly heads: Map<string, number>;
  /** The track as it must be found; null when the file must not exist. */
  final: FinalTrack | null | undefined;
}

export interface FinalTrack {
  readonly head: string | null;
  readonly frames: number;
  readonly bytes: number;
  readonly complete: boolean;
  readonly tail: { readonly bytes: number; readonly sha256: string } | null;
}

export interface ClaimsCollector {
  add(event: LoggedEvent, file: string): void;
  readonly claims: ReadonlyMap<string, RecordingClaims>;
  /** Complete once every event was added. */
  findings(): readonly Finding[];
}

export function collectClaims(): ClaimsCollector {
  const claims = new Map<string, RecordingClaims>();
  const findings: Finding[] = [];
  const opened = new Map<string, Finding>();
  return {
    claims,
    findings: () => [...findings, ...[...opened].filter(([id]) => !claims.has(id)).map(([, finding]) => finding)],
    add(event, file) {
      if (event.type === 'session.opened') opened.set(String(event.details.session), unrecorded(file, event.index));
      if (!event.type.startsWith('recording.')) return;
      const session = typeof event.details.session === 'string' ? parseId('ses', event.details.session) : undefined;
      const known = session === undefined ? undefined : (claims.get(session) ?? noClaims(session, file, event.index));
      if (known !== undefined && apply(known, event)) {
        claims.set(known.session, known);
        if (event.type === 'recording.destroyed' && known.destroyed?.asFixed === false)
          findings.push(anotherDestroyed(file, event.index));
      } else {
        const sentence = { zh: '录像事件的内容不完整', en: 'this event about a recording does not say what it must' };
        findings.push({ where: { file, leaf: event.index }, sentence });
      }
    },
  };
}

// Both events are appended in one transaction: one without the other was not written by this program.
function unrecorded(file: string, leaf: number): Finding {
  return {
    where: { file, leaf },
    sentence: { zh: '会话已打开，却没有录像', en: 'a session was opened, and no recording of it is in the log' },
  };
}

function anotherDestroyed(file: string, leaf: number): Finding {
  const sentence = {
    zh: '被销毁的录像与日志此前所记的不同',
    en: 'what was destroyed is not what the log says was recorded',
  };
  return { where: { file, leaf }, sentence };
}

function noClaims(session: SessionId, file: string, leaf: number): RecordingClaims {
  const none = (): TrackClaims => ({ opening: undefined, heads: new Map(), final: undefined });
  return {
    session,
    file,
    leaf,
    tracks: { screen: none(), keys: none(), files: none() },
    fixed: undefined,
    destroyed: undefined,
  };
}

/** False when the event does not hold what its type demands. */
function apply(claims: RecordingClaims, { type, details, index }: LoggedEvent): boolean {
  switch (type) {
    case 'recording.opened':
    case 'recording.head':
      return TRACKS.every((track) => {
        const head = field(details.heads, track);
        return isAbsent(head, track) || applyHead(claims.tracks[track], head, index, type);
      });
    case 'recording.sealed':
    case 'recording.recovered':
      claims.fixed = { by: type, leaf: index };
      return TRACKS.every((track) => {
        const final = field(details.tracks, track);
        const mayBeAbsent = type === 'recording.recovered' || claims.tracks[track].heads.size === 0;
        if (isAbsent(final, track) && mayBeAbsent) claims.tracks[track].final = null;
        else return applyFinal(claims.tracks[track], final, type);
        return true;
      });
    case 'recording.destroyed':
      claims.destroyed = { leaf: index, asFixed: TRACKS.every((track) => isSame(claims, track, details.tracks)) };
      return typeof details.tracks === 'object';
    default:
      return true;
  }
}

/** Of a recording that could not be sealed, the log has no last word. */
function isSame({ tracks, fixed }: RecordingClaims, track: TrackName, destroyed: Json | undefined): boolean {
  if (fixed === undefined) return true;
  const { final } = tracks[track];
  const gone = field(destroyed, track) ?? null;
  if (final === null || final === undefined || gone === null) return (final ?? null) === gone;
  const sha256 = field(field(gone, 'tail'), 'sha256');
  return (
    field(gone, 'head') === final.head &&
    field(gone, 'frames') === final.frames &&
    field(gone, 'bytes') === final.bytes &&
    (typeof sha256 === 'string' ? sha256 : undefined) === final.tail?.sha256
  );
}

/** Sessions that may not move files have no track for them; the other two always are. */
function isAbsent(value: Json | undefined, track: TrackName): boolean {
  return value === undefined && track === 'files';
}

/** Whether the file has to be there. */
export function isExpected({ tracks }: RecordingClaims, track: TrackName): boolean {
  const { final, heads } = tracks[track];
  if (track === 'files' && final === undefined) return heads.size > 0;
  // A head in the log was in the file first: a track that is gone by the time of a recovery has been taken away.
  return final !== null || heads.size > 0;
}

function applyHead(claims: TrackClaims, head: Json | undefined, leaf: number, type: string): boolean {
  if (typeof head !== 'string') return false;
  if (type === 'recording.opened') claims.opening = head;
  if (!claims.heads.has(head)) claims.heads.set(head, leaf);
  return true;
}

function applyFinal(claims: TrackClaims, value: Json | undefined, type: string): boolean {
  if (value === null && type === 'recording.recovered') {
    claims.final = null;
    return true;
  }
  const [head, frames, bytes] = ['head', 'frames', 'bytes'].map((name) => field(value, name));
  if ((typeof head !== 'string' && head !== null) || typeof frames !== 'number' || typeof bytes !== 'number') {
    return false;
  }
  const [tailBytes, sha256] = ['bytes', 'sha256'].map((name) => field(field(value, 'tail'), name));
  const tail = typeof tailBytes === 'number' && typeof sha256 === 'string' ? { bytes: tailBytes, sha256 } : null;
  const complete = type === 'recording.sealed' || field(value, 'complete') === true;
  claims.final = { head, frames, bytes, complete, tail };
  return true;
}

function field(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [name: string]: Json })[name];
}
