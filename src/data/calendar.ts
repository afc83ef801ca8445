/** A part of a date and time that repeats; values count from 0 (January, the first, Monday, midnight). */
export type CyclicPart = 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second';

/** How many values a part goes through before it begins again. */
export const periods: Readonly<Record<CyclicPart, number>> = {
  month: 12,
  day: 31,
  weekday: 7,
  hour: 24,
  minute: 60,
  second: 60,
};

/** Calendar parts of a moment, in UTC. */
export type Calendar = Readonly<Record<CyclicPart | 'year', number>>;

/**
 * Splits whole seconds since 1970-01-01 UTC. Only integer division and remainder, so that a graph can do the same:
 * s = floor(seconds), d = floor(s / 86400), z = d + 719468, era = floor(z / 146097), e = z - 146097 era,
 * y = (e - floor(e / 1460) + floor(e / 36524) - floor(e / 146096)) / 365, c = e - (365 y + floor(y / 4) - floor(y / 100)),
 * m = (5 c + 2) / 153 (March is 0), day = c - (153 m + 2) / 5, month = (m + 2) mod 12, year = y + 400 era + (m > 9),
 * weekday = (d + 3) mod 7, all divisions rounded down (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 */
export function calendarOf(seconds: number): Calendar {
  const s = Math.floor(seconds);
  const d = Math.floor(s / 86400);
  const time = s - d * 86400;
  const z = d + 719468;
  const era = Math.floor(z / 146097);
  const e = z - era * 146097;
  const y = Math.floor((e - Math.floor(e / 1460) + Math.floor(e / 36524) - Math.floor(e / 146096)) / 365);
  const c = e - (365 * y + Math.floor(y / 4) - Math.floor(y / 100));
  const m = Math.floor((5 * c + 2) / 153);
  return {
    year: y + era * 400 + (m > 9 ? 1 : 0),
    month: (m + 2) % 12,
    day: c - Math.floor((153 * m + 2) / 5),
    weekday: (((d + 3) % 7) + 7) % 7,
    hour: Math.floor(time / 3600),
    minute: Math.floor(time / 60) % 60,
    second: time % 60,
  };
}
