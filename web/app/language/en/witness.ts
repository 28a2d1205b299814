// Words of the alarm when the evidence log was put back or written again.

import type { Mirror } from '../mirror.ts';
import type { witness as zh } from '../zh/witness.ts';

export const witness: Mirror<typeof zh> = {
  witness: {
    title: 'The evidence log has been tampered with',
    rolledBack:
      'At {{time}} this browser saw an evidence log of {{kept}} entries; the server now shows {{now}}. The log was put back to an earlier state.',
    rewritten:
      'At {{time}} this browser saw an evidence log of {{kept}} entries; the server now shows {{now}} and cannot prove that they continue it. Evidence that was signed has been rewritten.',
    otherKey:
      'The evidence log is signed with another key. What this browser saw at {{time}} was signed with a different one; all evidence may have been rewritten.',
    notSigned: 'The checkpoint of the evidence log that the server shows has no valid signature.',
    whatToDo:
      'Do not clear the data of this browser, and tell the auditor and the centre’s head at once. This message does not go away by itself.',
    both: 'Show both checkpoints',
    seen: 'What this browser saw before',
    shown: 'What the server shows now',
  },
};
