// In: moments as seconds since 1970 UTC. Out: their calendar parts, as `calendarOf` of the room data computes them.

import type { Calendar } from '../data/calendar.ts';
import { add, cast, div, floor, greater, mod, mul, sub, type Value } from '../engine/index.ts';

/** Days and seconds of 400 years, after which the calendar repeats. */
const eraDays = 146_097;
const eraSeconds = eraDays * 86_400;

/** Whole numbers are divided toward zero by ONNX, so moments are shifted by this many eras to be positive. */
const shiftedEras = 10_000;

/** Calendar parts of finite moments, int64 in the shape of `seconds`; only those that are used end up in the model. */
export function calendarGraph(seconds: Value): Readonly<Record<keyof Calendar, Value>> {
  const whole = add(cast(floor(seconds), 'int64'), shiftedEras * eraSeconds);
  const d = div(whole, 86_400);
  const time = mod(whole, 86_400);
  const z = add(d, 719_468);
  const era = div(z, eraDays);
  const e = mod(z, eraDays);
  // From here on as in calendarOf, by Howard Hinnant's algorithm; all numbers are positive.
  const y = div(sub(add(sub(e, div(e, 1460)), div(e, 36_524)), div(e, 146_096)), 365);
  const c = sub(e, sub(add(mul(y, 365), div(y, 4)), div(y, 100)));
  const m = div(add(mul(c, 5), 2), 153);
  const year = add(add(y, mul(sub(era, shiftedEras), 400)), cast(greater(m, 9), 'int64'));
  return {
    year,
    month: mod(add(m, 2), 12),
    day: sub(c, div(add(mul(m, 153), 2), 5)),
    // The shift is a whole number of weeks: 400 years have 20,871 of them.
    weekday: mod(add(d, 3), 7),
    hour: div(time, 3600),
    minute: mod(div(time, 60), 60),
    second: mod(time, 60),
  };
}
