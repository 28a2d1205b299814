// How long records are kept at the least. The floor is the rules' and no setting goes below it; the database has it as
// well (`store/migrations/0009-keeping.ts`), and whoever verifies counts again.

export const DAY_MS = 86_400_000;
export const RETENTION_FLOOR_DAYS = 183;

/** When a record that was complete at `endedAt` may be asked about. `days` below the floor count as the floor. */
export function dueAt(endedAt: number, days: number): number {
  return endedAt + Math.max(days, RETENTION_FLOOR_DAYS) * DAY_MS;
}
