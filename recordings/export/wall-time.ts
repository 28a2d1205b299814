// Times as a spreadsheet of the centre shows and sorts them: `2026-03-12 20:00:01.250`, in the centre's time zone.

/** `at`: milliseconds since 1970. */
export function wallTime(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute, second, fractionalSecond } = parts;
    return `${year}-${month}-${day} ${hour}:${minute}:${second}.${fractionalSecond}`;
  };
}
