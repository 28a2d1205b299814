/** Why a session ended: the one list, from which the user's sentence, the evidence and the exit code follow. */
export const END_REASONS = [
  'finished', // the program on the target ended
  'client-left',
  'window-ended',
  'freeze-began', // days and hours in which nothing is open but emergencies
  'idle',
  'closed-by-requester',
  'ticket-withdrawn',
  'ticket-revoked',
  'cut-by-head',
  'account-departed',
  'access-locked', // the person, their vendor, the target, the network or everything was shut out
  'access-changed', // any other reason why the gate would say no now
  'controller-lost',
  'gateway-lost',
  'recorder-failed',
  'target-unreachable',
  'target-refused',
  'host-key-mismatch',
  'destination-refused', // the target could not connect to where a connection was to be forwarded
  'originals-not-copied', // what the ticket says it changes could not be copied into evidence first
  'target-lost',
  'unsupervised', // a supervised session that nobody came to watch
  'protocol-error', // one side said what its protocol does not have
  'shutdown',
  'fault',
] as const;

export type EndReason = (typeof END_REASONS)[number];
