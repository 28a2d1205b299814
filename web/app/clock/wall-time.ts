// Instants and the clock on the wall of the centre. An instant is milliseconds since 1970; a wall time is what a
// datetime-local field holds, `2026-03-12T20:00`, and means the centre's time zone wherever the browser stands.

const MINUTE = 60_000;
const WALL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/;

export function wallTime(at: number, zone: string): string {
  const p = parts(at, zone);
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`;
}

/** Undefined for what is not a wall time. In a gap of a clock change, the instant after the gap. */
export function instantOf(wall: string, zone: string): number | undefined {
  const match = WALL.exec(wall);
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map(Number);
  const asUtc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute);
  if (Number.isNaN(asUtc)) return undefined;
  const first = asUtc - offsetMinutes(asUtc, zone) * MINUTE;
  return asUtc - offsetMinutes(first, zone) * MINUTE;
}

/** Minutes east of Greenwich at that instant. */
export function offsetMinutes(at: number, zone: string): number {
  const p = parts(at, zone);
  const wall = Date.UTC(Number(p.year), Number(p.month) - 1, Number(p.day), Number(p.hour), Number(p.minute));
  return Math.round((wall - at) / MINUTE);
}

/** `2026-03-12 20:00:00 UTC+08:00`: what a hover shows. */
export function fullTime(at: number, zone: string): string {
  const p = parts(at, zone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second} ${offsetName(offsetMinutes(at, zone))}`;
}

/** Whole days from the day of `from` to the day of `to`, on the centre's calendar. */
export function daysBetween(from: number, to: number, zone: string): number {
  const day = (at: number) => {
    const p = parts(at, zone);
    return Date.UTC(Number(p.year), Number(p.month) - 1, Number(p.day));
  };
  return Math.round((day(to) - day(from)) / 86_400_000);
}

function offsetName(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, '0');
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

function parts(at: number, zone: string): Record<Part, string> {
  const found: Record<Part, string> = { year: '', month: '', day: '', hour: '', minute: '', second: '' };
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  for (const { type, value } of format.formatToParts(at)) {
    if (type in found) found[type as Part] = value;
  }
  return found;
}
