import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FettleError } from '../../../../src/base/error.ts';
import { cifarCount, cifarPixels, readCifar, recordBytes } from '../../../../src/data/images/cifar.ts';
import { labelsNameOf, readIdxHeader } from '../../../../src/data/images/idx.ts';

const idxHeader = (sizes: readonly number[]): Uint8Array => {
  const bytes = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  bytes.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, i) => {
    bytes.setUint32(4 + 4 * i, size);
  });
  return new Uint8Array(bytes.buffer);
};

/** Runs `read`; anything but a FettleError is thrown on. */
function orRefused<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof FettleError && error.code === 'data' && error.message.startsWith('x.bin')) return null;
    throw error;
  }
}

describe('readIdxHeader', () => {
  it('reads back any sizes', () => {
    const size = fc.integer({ min: 1, max: 0xffffffff });
    fc.assert(
      fc.property(size, size, size, (n, h, w) => {
        expect(readIdxHeader(idxHeader([n, h, w]), 3, 'x.bin')).toEqual({
          sizes: [n, h, w],
          start: 16,
          bytes: n * h * w,
        });
        expect(readIdxHeader(idxHeader([n]), 1, 'x.bin')).toEqual({ sizes: [n], start: 8, bytes: n });
      }),
    );
  });

  it('refuses anything else with an error of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.boolean(), fc.constantFrom(1, 3), (tail, begin, dimensions) => {
        const bytes = begin ? Uint8Array.from([0, 0, 8, dimensions, ...tail]) : tail;
        const header = orRefused(() => readIdxHeader(bytes, dimensions as 1 | 3, 'x.bin'));
        if (header !== null) expect(header.bytes).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('says what it expected', () => {
    expect(() => readIdxHeader(idxHeader([5]), 3, 'a.idx')).toThrow(
      'a.idx is no IDX file of images: expected it to begin with 00 00 08 03 (bytes, three dimensions), received 00 00 08 01.',
    );
    expect(() => readIdxHeader(new Uint8Array(0), 1, 'a.idx')).toThrow(
      'of labels: expected it to begin with 00 00 08 01 (bytes, one dimension), received nothing.',
    );
    expect(() => readIdxHeader(idxHeader([5, 0, 5]), 3, 'a.idx')).toThrow(
      'a.idx holds nothing: its sizes are 5 x 0 x 5.',
    );
    expect(() => readIdxHeader(idxHeader([5, 5, 5]).subarray(0, 9), 3, 'a.idx')).toThrow(
      'a.idx is cut off: expected 16 bytes',
    );
  });
});

describe('labelsNameOf', () => {
  it.each([
    ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'],
    ['t10k-images.idx3-ubyte', 't10k-labels.idx1-ubyte'],
    ['train-images.idx.gz', 'train-labels.idx.gz'],
    ['Images.idx', 'Labels.idx'],
    ['digits.idx', null],
  ])('%s -> %s', (images, labels) => expect(labelsNameOf(images)).toBe(labels));
});

describe('readCifar', () => {
  const kind = fc.constantFrom('cifar-10', 'cifar-100');

  it('reads back any images and labels', () => {
    const image = fc.record({ label: fc.nat(9), seed: fc.nat(255) });
    fc.assert(
      fc.property(kind, fc.array(image, { minLength: 1, maxLength: 4 }), fc.nat(3), (set, images, first) => {
        const records = images.map(({ label, seed }) => [
          ...(set === 'cifar-100' ? [99] : []),
          label,
          ...Array.from({ length: cifarPixels }, (_, i) => (i * 7 + seed) % 256),
        ]);
        const bytes = Uint8Array.from(records.flat());
        const pixels = new Uint8Array((first + images.length) * cifarPixels);
        const labels = readCifar(bytes, set, 'x.bin', pixels, first);
        expect([...labels]).toEqual(images.map(({ label }) => label));
        images.forEach(({ seed }, i) => {
          const at = (first + i) * cifarPixels;
          expect([pixels[at], pixels[at + 1024], pixels[at + 3071]]).toEqual(
            [0, 1024, 3071].map((k) => (k * 7 + seed) % 256),
          );
        });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses any other bytes with an error of its own', () => {
    fc.assert(
      fc.property(kind, fc.nat(8000), fc.nat(255), (set, length, value) => {
        const bytes = new Uint8Array(length).fill(value);
        const labels = orRefused(() => {
          const pixels = new Uint8Array(cifarCount(bytes.length, set, 'x.bin') * cifarPixels);
          return readCifar(bytes, set, 'x.bin', pixels, 0);
        });
        if (labels !== null) expect(labels.length).toBe(length / recordBytes(set));
      }),
      { numRuns: 500 },
    );
  });

  it('says what it expected', () => {
    expect(() => cifarCount(3072, 'cifar-10', 'a.bin')).toThrow(
      'a.bin has 3,072 bytes, but a CIFAR-10 file is a multiple of 3,073: one record per image. It is cut off or something else.',
    );
    const bytes = new Uint8Array(2 * 3073);
    bytes[3073] = 10;
    expect(() => readCifar(bytes, 'cifar-10', 'a.bin', new Uint8Array(2 * cifarPixels), 0)).toThrow(
      'a.bin, image 1: its label is 10, but CIFAR-10 has labels 0 to 9. The file is no CIFAR-10 file, or it is damaged.',
    );
  });
});
