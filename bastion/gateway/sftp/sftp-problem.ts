// Bytes that are not SFTP, or not what can be said at that moment. Whoever sent them is not listened to any more: the
// session ends. `what` is ours and names no content.

export class SftpProblem extends Error {
  override readonly name = 'SftpProblem';
  readonly from: 'client' | 'target';

  constructor(from: 'client' | 'target', what: string) {
    super(`${from}: ${what}`);
    this.from = from;
  }
}
