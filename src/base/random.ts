// In: a seed. Out: a stream of numbers that is the same on every machine.
// Streams are forked by label, so adding a consumer never shifts another's numbers.

/** A seeded stream of random numbers. */
export interface Random {
  /** The next 32 random bits as an unsigned integer. */
  uint32(): number;
  /** The next number in [0, 1), with 53 random bits. */
  uniform(): number;
  /** The next standard normal number (Box-Muller). */
  normal(): number;
  /** The next integer in [0, n). */
  below(n: number): number;
  /** A random order of 0 .. n-1 (Fisher-Yates). */
  permutation(n: number): Uint32Array;
  /** An independent stream, fixed by this stream's seed and the label, not by how far it was read. */
  fork(label: string | number): Random;
}

/** 32 bits that depend on every bit of `text` (FNV-1a, then the finalizer of MurmurHash3). */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A stream from a seed: sfc32 (Chris Doty-Humphrey, PractRand), warmed up by twelve rounds. */
export function createRandom(seed: number | string): Random {
  const key = String(seed);
  let a = hash32(`a:${key}`);
  let b = hash32(`b:${key}`);
  let c = hash32(`c:${key}`);
  let counter = 1;
  let spare: number | null = null;
  const uint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) uint32();
  const uniform = (): number => (uint32() * 2097152 + (uint32() >>> 11)) / 9007199254740992;
  return {
    uint32,
    uniform,
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    below: (n) => Math.floor(uniform() * n),
    permutation(n) {
      const order = Uint32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        const x = order[i] as number;
        order[i] = order[j] as number;
        order[j] = x;
      }
      return order;
    },
    fork: (label) => createRandom(`${key}/${label}`),
  };
}
