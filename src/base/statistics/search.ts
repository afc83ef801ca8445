/**
 * The smallest whole number in [from, to] for which `holds` is true, or null if it is false even at `to`.
 * `holds` must stay true once it is; about 2 log2(answer - from) calls.
 */
export function smallestCount(from: number, to: number, holds: (n: number) => boolean): number | null {
  if (holds(from)) return from;
  let no = from;
  let step = 1;
  let yes = from;
  for (;;) {
    yes = Math.min(to, no + step);
    if (holds(yes)) break;
    if (yes === to) return null;
    no = yes;
    step *= 2;
  }
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** The smallest real number in [from, to] for which `holds` is true, or null if it is false even at `to`; as above. */
export function smallestReal(from: number, to: number, holds: (x: number) => boolean): number | null {
  if (holds(from)) return from;
  if (!holds(to)) return null;
  let no = from;
  let yes = to;
  for (let i = 0; i < 60; i++) {
    const middle = (no + yes) / 2;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
