// What was there before a ticket changed it, and how it differs afterwards.

import { ChangeReport, OriginalsPage } from '../../contract/originals.ts';
import { download, get } from './request.ts';

export const originalsPage = (ticket: string, manifest?: string, from?: number) =>
  get(`${at(ticket)}/originals`, OriginalsPage, { manifest, from });
/** Each reading is an evidence event. */
export const changeReport = (ticket: string) => get(`${at(ticket)}/changes`, ChangeReport);
export const takeOriginal = (ticket: string, sha256: string, name: string) =>
  download(`${at(ticket)}/originals/take`, { body: { sha256 }, name });

const at = (ticket: string) => `/tickets/${encodeURIComponent(ticket)}`;
