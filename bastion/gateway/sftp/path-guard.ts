// Keeps a client within the folders its ticket names. What a path leads to is the target's word (REALPATH), asked anew
// for every request, and the request then goes out with the path the target answered: neither `..` nor a symbolic link
// is followed a second time on the way. What remains: a folder on that resolved path can be exchanged for a link on the
// target itself between the question and the request, by somebody who is not going through here. The README says so.

import type { FileTerms } from '../../../store/core/channel-terms.ts';
import { below, byItsLetters, hasBackslash, isAbsolute, isWithin, splitLast } from './paths.ts';
import { STATUS } from './protocol.ts';
import type { Why } from './refused.ts';
import type { Reply } from './reply.ts';
import type { Asked, PathOp, Request } from './request.ts';

export type Ask = (asked: Asked) => Promise<Reply | undefined>;

export type Guarded =
  /** `request` with the paths it goes out with. */
  { readonly request: Request; readonly resolved?: Buffer; readonly toResolved?: Buffer } | { readonly refused: Why };

/** What a path leads to: nothing where a folder on the way is missing or cannot be looked at. */
type Resolved = Buffer | undefined;

const HERE = Buffer.from('.');

export class PathGuard {
  readonly #ask: Ask;
  readonly #named: readonly Buffer[];
  #prepared: Promise<Folders> | undefined;

  constructor(ask: Ask, { paths }: FileTerms) {
    this.#ask = ask;
    this.#named = paths.map((path) => byItsLetters(Buffer.from(path, 'utf8'), Buffer.from('/')));
  }

  /** False where the ticket names no folders: then nothing is asked, and everything goes as it came. */
  get active(): boolean {
    return this.#named.length > 0;
  }

  async guard(request: Request): Promise<Guarded> {
    this.#prepared ??= this.#prepare();
    const folders = await this.#prepared;
    switch (request.op) {
      case 'open':
      case 'setstat':
      case 'opendir':
        return this.#one(request, folders, await this.#followed(request.path), false);
      case 'stat':
      case 'statvfs':
        return this.#one(request, folders, await this.#followed(request.path), true);
      case 'lstat':
      case 'readlink':
        return this.#one(request, folders, await this.#unfollowed(request.path), true);
      case 'remove':
      case 'rmdir':
      case 'mkdir':
      case 'lsetstat':
        return this.#one(request, folders, await this.#unfollowed(request.path), false);
      case 'realpath':
      case 'expand-path':
        return this.#spelled(request, folders);
      case 'rename':
      case 'posix-rename':
        return this.#two(request, folders, await this.#unfollowed(request.path));
      case 'hardlink':
        // Whether link(2) follows a symbolic link differs between systems: followed here, so that it makes no difference.
        return this.#two(request, folders, await this.#followed(request.path));
      case 'symlink':
        return this.#link(request, folders);
      default:
        return { request };
    }
  }

  #one(request: Request & { readonly path: Buffer }, folders: Folders, path: Resolved, looking: boolean): Guarded {
    if (path === undefined) return { refused: folders.missing(request.path) };
    const allowed = folders.hold(path) || (looking && folders.areBelow(path));
    return allowed ? { request: leadingTo(request, path), resolved: path } : { refused: 'path.outside' };
  }

  async #two(
    request: Request & { readonly path: Buffer; readonly to: Buffer },
    folders: Folders,
    path: Resolved,
  ): Promise<Guarded> {
    const to = await this.#unfollowed(request.to);
    if (path === undefined) return { refused: folders.missing(request.path) };
    if (to === undefined) return { refused: folders.missing(request.to) };
    if (!folders.hold(path) || !folders.hold(to)) return { refused: 'path.outside' };
    return { request: leadingTo(request, path, to), resolved: path, toResolved: to };
  }

  /** A new link must not lead out, as of now; what it says stays as the client wrote it. */
  async #link(request: Request & { readonly path: Buffer; readonly to: Buffer }, folders: Folders): Promise<Guarded> {
    const path = await this.#unfollowed(request.path);
    if (path === undefined) return { refused: folders.missing(request.path) };
    const beside = splitLast(path)?.folder;
    if (!folders.hold(path) || beside === undefined) return { refused: 'path.outside' };
    const leadsTo = await this.#followed(isAbsolute(request.to) ? request.to : below(beside, request.to));
    if (leadsTo === undefined || !folders.hold(leadsTo)) return { refused: 'path.outside' };
    return { request: leadingTo(request, path), resolved: path, toResolved: leadsTo };
  }

  /** Clients ask where they are, and how a path is spelled: answered where they may know of it, and from `.` always. */
  async #spelled(
    request: Request & { readonly op: PathOp; readonly path: Buffer },
    folders: Folders,
  ): Promise<Guarded> {
    if (request.path.length === 0 || request.path.equals(HERE)) return { request };
    const path = nameOf(await this.#ask({ op: request.op, path: request.path }));
    if (path === undefined) {
      const letters = folders.missing(request.path);
      return letters === 'path.missing' ? { request } : { refused: letters };
    }
    return folders.hold(path) || folders.areBelow(path) ? { request, resolved: path } : { refused: 'path.outside' };
  }

  /** Where the path leads when a link at its end is followed; its last name need not exist. */
  async #followed(path: Buffer): Promise<Resolved> {
    const found = nameOf(await this.#ask({ op: 'realpath', path }));
    if (found !== undefined || splitLast(path) === undefined) return found;
    // Some servers answer only for what exists. A link that leads nowhere exists, and is not followed.
    const beside = await this.#unfollowed(path);
    if (beside === undefined) return undefined;
    const there = await this.#ask({ op: 'lstat', path: beside });
    return there?.kind === 'status' && there.code === STATUS.noSuchFile ? beside : undefined;
  }

  /** Where the path itself is: a link at its end is what is meant. */
  async #unfollowed(path: Buffer): Promise<Resolved> {
    const parts = splitLast(path);
    if (parts === undefined) return nameOf(await this.#ask({ op: 'realpath', path }));
    // Where it is a separator, it could climb; where it is a letter, such names are rare.
    if (hasBackslash(parts.name)) return undefined;
    const folder = nameOf(await this.#ask({ op: 'realpath', path: parts.folder }));
    return folder === undefined ? undefined : below(folder, parts.name);
  }

  async #prepare(): Promise<Folders> {
    const resolve = async (path: Buffer) => nameOf(await this.#ask({ op: 'realpath', path }));
    const resolved = await Promise.all(this.#named.map(async (path) => (await resolve(path)) ?? path));
    return new Folders(this.#named, resolved, (await resolve(HERE)) ?? Buffer.from('/'));
  }
}

/** The folders of the ticket: as it names them, and where they are on the target. */
class Folders {
  readonly #named: readonly Buffer[];
  readonly #resolved: readonly Buffer[];
  readonly #home: Buffer;

  constructor(named: readonly Buffer[], resolved: readonly Buffer[], home: Buffer) {
    this.#named = named;
    this.#resolved = resolved;
    this.#home = home;
  }

  /** `path` is resolved. */
  hold(path: Buffer): boolean {
    return this.#resolved.some((folder) => isWithin(path, folder));
  }

  /** On the way to one of them: may be looked at, not listed. */
  areBelow(path: Buffer): boolean {
    return [...this.#resolved, ...this.#named].some((folder) => isWithin(folder, path));
  }

  /** What to say of a path that leads nowhere: by its letters, since nothing is granted by it. */
  missing(path: Buffer): Why {
    const spelled = byItsLetters(path, this.#home);
    const inside = [...this.#resolved, ...this.#named].some((folder) => isWithin(spelled, folder));
    return inside && !hasBackslash(path) ? 'path.missing' : 'path.outside';
  }
}

/** The same request, with the paths it goes out with. */
function leadingTo<R extends Request>(request: R, path: Buffer, to?: Buffer): R {
  return { ...request, path, ...(to && { to }) };
}

function nameOf(reply: Reply | undefined): Buffer | undefined {
  const name = reply?.kind === 'name' && reply.names.length === 1 ? reply.names[0] : undefined;
  return name !== undefined && isAbsolute(name) ? name : undefined;
}
