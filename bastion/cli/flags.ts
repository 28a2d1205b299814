/** A command's options and words, as they stood on the command line. */
export interface Flags {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly positionals: readonly string[];
}
