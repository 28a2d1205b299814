// Compares one session's directory with what the evidence log says about it.

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../audit/finding.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import { TRACKS, type TrackName, trackFile } from '../format/track.ts';
import { trackPath } from '../storage/recording-directory.ts';
import { measureTrack, type TrackMeasure } from './measure-track.ts';
import { type FinalTrack, isExpected, type RecordingClaims, type TrackClaims } from './recording-claims.ts';

export interface RecordingCheck {
  /** Files relative to the recordings' folder. */
  readonly findings: readonly Finding[];
  /** Of all tracks. */
  readonly bytes: number;
}

/** Rejects only when the disk cannot be read. */
export async function checkRecording(root: string, claims: RecordingClaims): Promise<RecordingCheck> {
  const directory = join(root, claims.session);
  const entries = await readdir(directory, { withFileTypes: true });
  // A link leads out of what is verified, and a pipe in a track's place would never be read to its end.
  const isTrack = (entry: Dirent) => entry.isFile() && TRACKS.some((track) => trackFile(track) === entry.name);
  const files = new Set(entries.filter(isTrack).map(({ name }) => name));
  const findings: Finding[] = entries
    .filter((entry) => !isTrack(entry))
    .map(({ name }) => ({ where: { file: `${claims.session}/${name}` }, sentence: UNEXPECTED }));
  let bytes = 0;
  for (const track of TRACKS) {
    const check = new TrackCheck(claims, track);
    if (!files.has(trackFile(track))) {
      if (isExpected(claims, track)) check.missing();
    } else bytes += await check.present(trackPath(directory, track));
    findings.push(...check.findings);
  }
  return { findings, bytes };
}

class TrackCheck {
  readonly findings: Finding[] = [];
  readonly #session: string;
  readonly #track: TrackName;
  readonly #claims: TrackClaims;
  readonly #expected: boolean;
  readonly #fixed: RecordingClaims['fixed'];

  constructor(claims: RecordingClaims, track: TrackName) {
    this.#session = claims.session;
    this.#track = track;
    this.#claims = claims.tracks[track];
    this.#expected = isExpected(claims, track);
    this.#fixed = claims.fixed;
  }

  missing(): void {
    this.#find({ zh: '缺少录像轨道', en: 'this track is missing' });
  }

  /** Answers the file's length. */
  async present(path: string): Promise<number> {
    const measure = await measureTrack(path, new Set(this.#claims.heads.keys()));
    const { final } = this.#claims;
    if (!this.#expected) this.#find(UNEXPECTED);
    else {
      this.#checkHeader(measure);
      // A recovered track is as it was found, torn end included; any other has to be without a problem.
      if (final === undefined || this.#fixed?.by === 'recording.sealed') this.#checkProblem(measure);
      if (final) this.#checkFinal(measure, final);
      this.#checkHeads(measure);
    }
    return measure.bytes + (measure.tail?.bytes ?? 0);
  }

  #checkHeader({ header, opening }: TrackMeasure): void {
    if (header === undefined) return;
    if (header.session !== this.#session || header.track !== this.#track) {
      this.#find({ zh: '轨道属于另一个会话或另一条轨道', en: 'this is the track of another session or another track' });
    } else if (this.#claims.opening !== undefined && this.#claims.opening !== opening) {
      this.#find({ zh: '头部与证据日志所记不同', en: 'the header is not the one in the evidence log' });
    }
  }

  #checkProblem({ problem, opening }: TrackMeasure): void {
    if (problem !== undefined) this.#find(problem.sentence, problem.offset, problem.frame ?? undefined);
    else if (opening === undefined) this.#find({ zh: '文件是空的', en: 'the file is empty' }, 0);
  }

  #checkFinal(found: TrackMeasure, final: FinalTrack): void {
    const same =
      (found.head ?? null) === final.head &&
      found.frames === final.frames &&
      found.bytes === final.bytes &&
      found.complete === final.complete &&
      found.tail?.bytes === final.tail?.bytes &&
      found.tail?.sha256 === final.tail?.sha256;
    if (same) return;
    const leaf = this.#fixed?.leaf;
    this.#find(
      {
        zh: `轨道与第 ${leaf} 条证据所记的结尾不同（应为 ${final.frames} 帧 ${final.bytes} 字节，实为 ${found.frames} 帧 ${found.bytes} 字节）`,
        en: `the track does not end as leaf ${leaf} says (${final.frames} frames in ${final.bytes} bytes, found ${found.frames} in ${found.bytes})`,
      },
      found.bytes,
      found.frames,
    );
  }

  #checkHeads({ passed, bytes, frames }: TrackMeasure): void {
    const lost = [...this.#claims.heads].find(([head]) => !passed.has(head));
    if (lost === undefined) return;
    const sentence = {
      zh: `轨道没有经过第 ${lost[1]} 条证据所记的链值`,
      en: `the track does not pass through the head that leaf ${lost[1]} names`,
    };
    this.#find(sentence, bytes, frames);
  }

  #find(sentence: Sentence, offset?: number, frame?: number): void {
    const file = `${this.#session}/${trackFile(this.#track)}`;
    const where = { file, ...(offset === undefined ? {} : { offset }), ...(frame === undefined ? {} : { frame }) };
    this.findings.push({ where, sentence });
  }
}

const UNEXPECTED = { zh: '多出的文件', en: 'this file does not belong here' };
