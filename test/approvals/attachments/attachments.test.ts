// Files of a ticket: who adds, removes and reads them, what an approval covers, and where the bytes are.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createAttachments } from '../../../approvals/attachments/attachments.ts';
import { createFilesStore } from '../../../recordings/files-store/files-store.ts';
import { systemStoreDisk } from '../../../recordings/files-store/store-disk.ts';
import { refusal } from '../../identity/cast.ts';
import { RECORDS_KEY } from '../../recordings/support.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createWorld } from '../world.ts';
import { DOCX, PDF } from './files.ts';

onEachDatabase((under) => {
  async function stage() {
    const at = await createWorld(under.current());
    const root = temporaryFolder();
    const store = createFilesStore({ root, recordsKey: RECORDS_KEY, disk: systemStoreDisk });
    const attachments = createAttachments({ ...at, store });
    const objects = (): string[] => {
      const found = readdirSync(root, { recursive: true, withFileTypes: true });
      return found.filter((each) => each.isFile() && each.parentPath.endsWith('objects')).map(({ name }) => name);
    };
    const draft = () => at.tickets.create(at.engineer.user, at.body());
    const add = (id: string, name = '方案.pdf', content: Buffer = PDF) =>
      attachments.add(at.engineer.user, id, { name, content });
    return { ...at, attachments, root, objects, draft, add };
  }

  test('a file is named in the ticket, covered by its hash, and handed out as it was (R3, R25)', async () => {
    const { attachments, root, objects, draft, add, engineer, head } = await stage();
    const before = await draft();
    const { terms, contentHash } = await add(before.id);
    expect(terms.attachments).toMatchObject([{ name: '方案.pdf', type: 'pdf', bytes: PDF.length }]);
    expect(contentHash).not.toBe(before.contentHash);
    const sha256 = terms.attachments?.[0]?.sha256 ?? '';
    for (const { user } of [engineer, head]) {
      expect((await attachments.read(user, before.id, sha256)).content.equals(PDF)).toBe(true);
    }
    const [object = ''] = objects();
    expect(readFileSync(join(root, 'objects', object)).includes('%PDF')).toBe(false);
    const after = await attachments.remove(engineer.user, before.id, sha256);
    expect([after.contentHash, after.terms.attachments, objects()]).toEqual([before.contentHash, undefined, []]);
  });

  test('whoever approves reads each file’s name, kind, size and hash, and approves exactly that (R3)', async () => {
    const { tickets, engineer, head, approve, draft, add, database, evidence } = await stage();
    const { id } = await draft();
    await add(id);
    const { terms } = await add(id, '接口.docx', DOCX);
    await tickets.submit(engineer.user, id);
    const read = async () => (await tickets.get(head.user, id)).shown;
    const shown = await read();
    for (const { name, bytes, sha256 } of terms.attachments ?? []) {
      const said = shown?.summary.filter(({ zh, en }) => zh.includes(name) && en.includes(name)) ?? [];
      expect(said).toHaveLength(1);
      for (const words of [said[0]?.zh, said[0]?.en]) {
        expect(words).toContain(sha256);
        expect(words).toMatch(new RegExp(`${bytes} (字节|bytes)`));
      }
    }
    const zh = shown?.summary.map((each) => each.zh).join('\n');
    for (const words of ['附件“方案.pdf”：PDF 文档', '附件“接口.docx”：Word 文档']) expect(zh).toContain(words);
    const other = terms.attachments?.find(({ type }) => type === 'pdf')?.sha256 ?? '';
    const swap = (from: string, to: string) =>
      database.transaction((tx) =>
        sql`update ticket set terms = replace(terms, ${from}, ${to}) where id = ${id}`.execute(tx),
      );
    await swap(other, 'f'.repeat(64));
    expect((await read())?.hash).not.toBe(shown?.hash);
    expect(await refusal(approve(id, shown?.hash ?? ''))).toBe('ticket.content-changed');
    await swap('f'.repeat(64), other);
    await approve(id, shown?.hash ?? '');
    expect((await evidence('ticket.approved'))[0]?.details).toMatchObject({ shown: shown?.hash });
  });

  test('what is approved is what was attached; a name changed behind it opens nothing (R3, B17)', async () => {
    const { database, clock, gate, request, tickets, engineer, approve, draft, add } = await stage();
    const { id } = await draft();
    await add(id);
    const { windowStart, shown } = await tickets.submit(engineer.user, id);
    await approve(id, shown?.hash ?? '');
    clock.advance(windowStart + 1000 - clock.now());
    await gate.decide(engineer.user, request());
    await database.transaction((tx) =>
      sql`update ticket set terms = replace(terms, '方案.pdf', '别的.pdf') where id = ${id}`.execute(tx),
    );
    expect(await refusal(gate.decide(engineer.user, request()))).toBe('ticket.altered');
  });

  test('only the requester, and only in a draft (R8, B17)', async () => {
    const { attachments, tickets, actor, head, engineer, draft, add } = await stage();
    const rival = await actor('wang-gong', 'operator', '乙公司');
    const { id } = await draft();
    const sha256 = (await add(id)).terms.attachments?.[0]?.sha256 ?? '';
    const file = { name: 'b.docx', content: DOCX };
    expect(await refusal(attachments.add(head.user, id, file))).toBe('role.not-allowed');
    expect(await refusal(attachments.remove(head.user, id, sha256))).toBe('role.not-allowed');
    expect(await refusal(attachments.add(rival.user, id, file))).toBe('ticket.absent');
    expect(await refusal(attachments.read(rival.user, id, sha256))).toBe('ticket.absent');
    expect(await refusal(attachments.read(engineer.user, id, '0'.repeat(64)))).toBe('attachment.absent');
    await tickets.submit(engineer.user, id);
    expect(await refusal(attachments.add(engineer.user, id, file))).toBe('attachment.not-draft');
    expect(await refusal(attachments.remove(engineer.user, id, sha256))).toBe('attachment.not-draft');
  });

  test('a ticket written anew keeps its files, and what was submitted once stays readable on disk (R19)', async () => {
    const { attachments, objects, tickets, body, engineer, draft, add } = await stage();
    const { id } = await draft();
    const sha256 = (await add(id)).terms.attachments?.[0]?.sha256 ?? '';
    await tickets.submit(engineer.user, id);
    const revised = await tickets.revise(engineer.user, id, body({ purpose: '升级评标系统' }));
    expect(revised.terms.attachments?.map((file) => file.sha256)).toEqual([sha256]);
    await attachments.remove(engineer.user, id, sha256);
    expect(objects()).toHaveLength(1);
  });

  test('what is refused leaves no bytes and no event (R43)', async () => {
    const { attachments, objects, evidence, draft, add, engineer } = await stage();
    const { id } = await draft();
    for (let nth = 0; nth < 8; nth += 1) await add(id, `${nth}.txt`, Buffer.from(`text ${nth}`));
    const events = async () => (await evidence('ticket.attachment-added')).length;
    const before = [objects().sort(), await events()];
    const tried = [
      ['x.txt', Buffer.from('text 9'), 'attachment.too-many'],
      ['0.txt', Buffer.from('text 9'), 'attachment.twice'],
      ['x.txt', Buffer.from('text 0'), 'attachment.twice'],
      ['x.txt', Buffer.alloc(0), 'attachment.too-large'],
      ['x.txt', Buffer.alloc(10 * 1024 * 1024 + 1, 'a'), 'attachment.too-large'],
      ['x.pdf', Buffer.from('text 9'), 'attachment.name-refused'],
      ['x.exe', Buffer.from('MZ'), 'attachment.type-refused'],
    ] as const;
    for (const [name, content, code] of tried) {
      expect(await refusal(attachments.add(engineer.user, id, { name, content })), name).toBe(code);
    }
    expect([objects().sort(), await events()]).toEqual(before);
  });

  test('the same file of two tickets is stored once, and goes with the last of them (R42)', async () => {
    const { attachments, objects, draft, add, engineer } = await stage();
    const [one, other] = [await draft(), await draft()];
    const sha256 = (await add(one.id)).terms.attachments?.[0]?.sha256 ?? '';
    await add(other.id, 'other.pdf');
    expect(objects()).toHaveLength(1);
    await attachments.remove(engineer.user, one.id, sha256);
    expect((await attachments.read(engineer.user, other.id, sha256)).content.equals(PDF)).toBe(true);
    await attachments.remove(engineer.user, other.id, sha256);
    expect(objects()).toEqual([]);
  });

  test('several at once: each is there or refused, and none is lost (B17)', async () => {
    const { attachments, objects, draft, tickets, add, engineer } = await stage();
    const { id } = await draft();
    const all = Array.from({ length: 12 }, (_, nth) => refusal(add(id, `${nth}.txt`, Buffer.from(`text ${nth}`))));
    const answers = await Promise.all(all);
    expect(answers.filter((code) => code === 'attachment.too-many')).toHaveLength(4);
    const { terms } = await tickets.get(engineer.user, id);
    expect(terms.attachments).toHaveLength(8);
    expect(objects()).toHaveLength(8);
    for (const { sha256 } of terms.attachments ?? []) await attachments.read(engineer.user, id, sha256);
  });
});
