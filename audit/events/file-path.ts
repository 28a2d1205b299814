/** The bytes of a name: text where they are UTF-8, base64 where they are not. Attacker-controlled. */
export type FilePath = string | { readonly base64: string };
