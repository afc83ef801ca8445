/** Rows and bytes of a group of rows in a Parquet file, which is the least that can be read of it. */
export interface RowGroup {
  readonly rows: number;
  readonly bytes: number;
}

/** Rows `first` to `last`, both included. */
export interface Piece {
  readonly first: number;
  readonly last: number;
}

/** Splits the rows of a file so that a piece holds about `most` bytes: small groups together, large ones in parts. */
export function piecesOf(groups: readonly RowGroup[], most: number): Piece[] {
  const pieces: Piece[] = [];
  let first = 0;
  let end = 0;
  let bytes = 0;
  const close = (): void => {
    if (end > first) pieces.push({ first, last: end - 1 });
    first = end;
    bytes = 0;
  };
  for (const group of groups) {
    if (bytes + group.bytes > most) close();
    if (group.bytes <= most) {
      end += group.rows;
      bytes += group.bytes;
      continue;
    }
    const rows = Math.max(1, Math.floor((group.rows * most) / group.bytes));
    for (let left = group.rows; left > 0; left -= rows) {
      end += Math.min(rows, left);
      close();
    }
  }
  close();
  return pieces;
}
