// Files that belong to a ticket.

import { Ticket } from '../../contract/tickets.ts';
import { downloadFrom, post, postSlowly } from './request.ts';

/** `onSent`: how much of it has left this browser, from 0 to 1. */
export const addAttachment = async (ticket: string, file: File, onSent: (part: number) => void) =>
  postSlowly(at(ticket), Ticket, { name: file.name, content: await base64Of(file) }, onSent);
export const removeAttachment = (ticket: string, sha256: string) => post(`${at(ticket)}/${sha256}/remove`, Ticket);
export const downloadAttachment = (ticket: string, sha256: string, name: string) =>
  downloadFrom(`${at(ticket)}/${sha256}`, name);

const at = (ticket: string) => `/tickets/${encodeURIComponent(ticket)}/attachments`;

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
