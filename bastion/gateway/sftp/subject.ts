// What the record says a request is about.

import type { RecordedAttrs, Subject } from '../../../recordings/format/file-operation.ts';
import { named } from '../session/file-log.ts';
import type { Attrs } from './fields.ts';
import { openFlags } from './protocol.ts';
import type { Request } from './request.ts';

interface Known {
  /** What the target made of the paths. */
  readonly resolved?: Buffer;
  readonly toResolved?: Buffer;
  /** The numbers of the opens that the handles come from. */
  readonly of?: number;
  readonly toOf?: number;
  /** What those lead to, where the request itself names no path. */
  readonly path?: Buffer;
  readonly toPath?: Buffer;
}

export function subjectOf(request: Request, known: Known = {}): Subject {
  const path = 'path' in request ? request.path : known.path;
  const to = 'to' in request ? request.to : known.toPath;
  return {
    op: request.op,
    ...(path && { path: named(path) }),
    ...(to && { to: named(to) }),
    ...(known.resolved && { resolved: named(known.resolved) }),
    ...(known.toResolved && { toResolved: named(known.toResolved) }),
    ...(known.of !== undefined && { of: known.of }),
    ...(known.toOf !== undefined && { toOf: known.toOf }),
    ...('flags' in request && { flags: openFlags(request.flags) }),
    ...('attrs' in request && { attrs: attrsOf(request.attrs) }),
    ...(request.op === 'copy-data' && {
      offset: request.offset,
      toOffset: request.toOffset,
      bytes: request.length,
    }),
  };
}

function attrsOf({ size, owner, mode, times }: Attrs): RecordedAttrs {
  return { ...(size !== undefined && { size }), ...owner, ...(mode !== undefined && { mode }), ...times };
}
