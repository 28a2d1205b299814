// Before all tests: says in one sentence what would otherwise be a hundred failures.

import { requirePatchedSsh2 } from '../../bastion/gateway/ssh2/patched.ts';

export default function setUp(): void {
  requirePatchedSsh2();
}
