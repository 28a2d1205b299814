/** What `demo.json` says: for people's scripts and for tests. Readable by its owner only. */
export interface DemoFile {
  readonly web: string;
  readonly ssh: { readonly host: string; readonly port: number };
  readonly accounts: readonly {
    readonly name: string;
    readonly role: string;
    readonly password: string;
    readonly totpSecret: string;
  }[];
  readonly targets: readonly { readonly name: string; readonly host: string; readonly port: number }[];
}
