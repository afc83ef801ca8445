/** The first fields of a record, of which a log has never all. */
const FIELDS = [/"version"\s*:\s*\d/, /"source"\s*:/, /"task"\s*:/, /"metric"\s*:/];

/**
 * Whether the start of a file (64 kB) is that of a record of fettle, of a list of them, or of one per line. It is decided
 * by names only, so that a record with a mistake in it is reported as one and not taken for an unknown log.
 */
export function looksLikeRecord(head: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(head).replace(/^\uFEFF/, '');
  return /^\s*(\[\s*)?\{/.test(text) && FIELDS.every((field) => field.test(text));
}
