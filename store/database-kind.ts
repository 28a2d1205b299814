/** The databases every repository runs on. */
export type DatabaseKind = 'sqlite' | 'postgres';
