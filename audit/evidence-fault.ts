/** The log's database, files and key contradict each other. Nothing is signed until a person has looked. */
export class EvidenceFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EvidenceFault';
  }
}
