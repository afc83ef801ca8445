// In: bytes. Out: a number that tells whether they were changed.

/**
 * 32 bits over the bytes, four at a time (the mixing steps of MurmurHash3, Austin Appleby). Each step can be undone, so a
 * change inside one group of four bytes is always noticed; any other change is overlooked once in 2^32 times.
 */
export function checksum(bytes: Uint8Array, seed = 0): number {
  const whole = bytes.length >>> 2;
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, whole);
  let h = seed | 0;
  for (let i = 0; i < whole; i++) h = mix(h, words[i] as number);
  let rest = 0;
  for (let i = bytes.length - 1; i >= whole * 4; i--) rest = (rest << 8) | (bytes[i] as number);
  h = mix(mix(h, rest), bytes.length);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function mix(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const x = h ^ k;
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0;
}

/** The bytes of any typed array, not copied. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
