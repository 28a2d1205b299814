import type { ColumnType } from 'kysely';

/** Set when the row is written, never changed. */
export type Once<T> = ColumnType<T, T, never>;
