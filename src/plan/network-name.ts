/** Hidden layers as people write them: `3 x 256`, `256-128`, or `no hidden layers`. */
export function networkName(hidden: readonly number[]): string {
  if (hidden.length === 0) return 'no hidden layers';
  const width = hidden[0] ?? 0;
  return hidden.every((h) => h === width) ? `${hidden.length} x ${width}` : hidden.join('-');
}
