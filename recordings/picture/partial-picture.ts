// A picture file being made: records are appended, and what a stop left behind is gone on with. The name says that it is
// not finished; finishing renames it.

import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Secret } from '../../store/core/secret.ts';
import {
  bytesAt,
  newPictureHeader,
  openRecord,
  PICTURE_HEADER_BYTES,
  pictureKey,
  recordLength,
  sealRecord,
  trailer,
} from './picture-file.ts';
import {
  type IndexEntry,
  indexContent,
  type KeyFrameRecord,
  keyFrameContent,
  type PictureIndex,
  parseKeyFrame,
} from './picture-index.ts';

export class PartialPicture {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #key: Secret;
  #offset: number;
  /** Of the records that are there. */
  readonly entries: IndexEntry[] = [];

  private constructor(path: string, file: FileHandle, key: Secret, offset: number) {
    this.#path = path;
    this.#file = file;
    this.#key = key;
    this.#offset = offset;
  }

  /** Opens what was left of it, or begins anew. Answers the records that are whole, in order. */
  static async open(path: string, dataKey: Secret): Promise<{ partial: PartialPicture; left: KeyFrameRecord[] }> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(`${path}.partial`, 'a+');
    const found = await bytesAt(file, 0, PICTURE_HEADER_BYTES);
    const key = pictureKey(found, dataKey);
    if (key !== undefined) {
      const partial = new PartialPicture(path, file, key, PICTURE_HEADER_BYTES);
      return { partial, left: await partial.#readOn() };
    }
    await file.truncate(0);
    const header = newPictureHeader();
    await file.write(header);
    const made = pictureKey(header, dataKey);
    if (made === undefined) throw new Error('expected a header that was just made');
    return { partial: new PartialPicture(path, file, made, header.length), left: [] };
  }

  async append(record: KeyFrameRecord): Promise<void> {
    const bytes = sealRecord(this.#key, 'key-frame', this.#offset, keyFrameContent(record));
    await this.#file.write(bytes);
    this.entries.push({ ...record.keyFrame, record: { offset: this.#offset, length: bytes.length } });
    this.#offset += bytes.length;
  }

  async finish(rest: Pick<PictureIndex, 'commands' | 'end'>): Promise<void> {
    const bytes = sealRecord(this.#key, 'index', this.#offset, indexContent({ ...rest, entries: this.entries }));
    await this.#file.write(bytes);
    await this.#file.write(trailer({ offset: this.#offset, length: bytes.length }));
    await this.#file.sync();
    await this.close();
    await rename(`${this.#path}.partial`, this.#path);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** What lies behind the last whole record goes away. */
  async #readOn(): Promise<KeyFrameRecord[]> {
    const left: KeyFrameRecord[] = [];
    for (;;) {
      const length = recordLength(await bytesAt(this.#file, this.#offset, 20));
      const bytes = length === undefined ? Buffer.alloc(0) : await bytesAt(this.#file, this.#offset, length);
      const record = parseKeyFrame(openRecord(this.#key, 'key-frame', this.#offset, bytes));
      if (record === undefined) break;
      left.push(record);
      this.entries.push({ ...record.keyFrame, record: { offset: this.#offset, length: bytes.length } });
      this.#offset += bytes.length;
    }
    await this.#file.truncate(this.#offset);
    return left;
  }
}
