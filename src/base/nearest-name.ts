/** Single-character edits between two texts (Levenshtein, 1965). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}

/** At most three of `names` that are likely meant by `name`: equal but for case and marks, beginning alike, or few edits away. */
export function nearestNames(name: string, names: readonly string[]): string[] {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const wanted = plain(name);
  return names
    .map((candidate) => {
      const other = plain(candidate);
      const begins = wanted.length >= 3 && (other.startsWith(wanted) || wanted.startsWith(other)) && other.length >= 3;
      return { candidate, distance: begins ? Math.min(1, editDistance(wanted, other)) : editDistance(wanted, other) };
    })
    .filter(({ distance }) => distance <= (wanted.length > 1 ? Math.max(1, Math.floor(wanted.length / 3)) : 0))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
