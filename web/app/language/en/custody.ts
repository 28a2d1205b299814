// Words of custodians and unsealing.

export const custody = {
  custody: {
    title: 'Custody of keys',
    say: 'What the screen did not show, such as a password, is sealed to custodians. An auditor asks and says why; when two custodians have agreed, each with a key of their own, that auditor alone can read every key of that one session for 24 hours. Every step goes into the evidence log.',
    since: 'since',
    tooFew_one:
      'There is {{count}} custodian, fewer than two: of sessions recorded now an auditor who says why can read every key.',
    tooFew_other:
      'There are {{count}} custodians, fewer than two: of sessions recorded now an auditor who says why can read every key.',
    appoint: 'Appoint a custodian',
    appointTitle: 'Appoint a custodian',
    appointSay:
      'The custodian first runs ./sluice custodian --out FILE on their own machine and hands you the public key it prints. The file with the identity stays with them and goes to nobody.',
    person: 'Person',
    key: 'Public key',
    keyHint: 'Begins with age1',
    remove: 'Remove',
    removeTitle: 'Remove a custodian',
    removeSay:
      'Recordings from now on are not sealed to {{who}} any more; for those there are they can still give a share.',
    requests: 'Requests to unseal',
    none: 'No requests to unseal.',
    noneHint: 'An auditor asks for it beside the replay of a session.',
    noCustodians: 'There were no custodians when it was recorded.',
    shares: '{{given}} of {{threshold}} shares given ({{who}})',
    sharesNone: '{{threshold}} shares are needed, none is given yet',
    waitsUntil: 'waits until',
    openUntil: 'open until',
    yours:
      'This request waits for your share. Run this line on the machine that holds your identity, with the name of its file for FILE:',
  },
  unsealingState: { waiting: 'Waits for custodians', open: 'Unsealed', over: 'Over' },
};
