import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, checksum } from '../../../src/base/checksum.ts';
import { FettleError } from '../../../src/base/error.ts';
import { packRegions, unpackRegions } from '../../../src/base/pack.ts';

const regions = fc.dictionary(fc.string(), fc.float32Array({ maxLength: 40 }), { maxKeys: 5 });
const header = fc.record({ name: fc.string({ unit: 'grapheme' }), values: fc.array(fc.double({ noNaN: true })) });
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
/** All bits, so that different NaNs and zeros differ. */
const bits = (all: Readonly<Record<string, Float32Array>>) =>
  Object.entries(all).map(([name, values]) => [name, [...bytesOf(values)]]);

const message = (why: string): string => `The file is damaged: ${why}. Delete it; what it holds is computed again.`;

/** The error that unpacking throws; fails if it throws another or none. */
function refusal(bytes: Uint8Array): string {
  try {
    unpackRegions(bytes);
  } catch (error) {
    if (error instanceof FettleError && error.code === 'file') return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('packed regions', () => {
  it('come back bit for bit, with their header', () => {
    fc.assert(
      fc.property(header, regions, (head, all) => {
        const back = unpackRegions(packRegions(head, all));
        expect(back.header).toEqual(json(head));
        expect(bits(back.regions)).toEqual(bits(all));
      }),
    );
  });

  it('come back from the middle of another memory, as a file read into a pool of buffers is', () => {
    fc.assert(
      fc.property(regions, fc.nat(9), (all, offset) => {
        const bytes = packRegions({ x: 1 }, all);
        const pool = Buffer.alloc(bytes.length + 20, 7);
        pool.set(bytes, offset);
        const back = unpackRegions(pool.subarray(offset, offset + bytes.length));
        expect(bits(back.regions)).toEqual(bits(all));
      }),
    );
  });

  it('belong to nobody else: changing the bytes later changes nothing', () => {
    const bytes = packRegions({}, { a: Float32Array.of(1, 2) });
    const back = unpackRegions(bytes);
    bytes.fill(0);
    expect([...(back.regions.a ?? [])]).toEqual([1, 2]);
  });

  it('are refused when they are cut off anywhere', () => {
    const bytes = packRegions({ some: 'header' }, { a: Float32Array.of(1, 2, 3), b: new Float32Array(2) });
    for (let length = 0; length < bytes.length; length++) {
      const why =
        length < 12
          ? `expected at least 12 bytes, received ${length}`
          : 'its checksum does not fit, so it was cut off or changed';
      expect(refusal(bytes.subarray(0, length))).toBe(message(why));
    }
  });

  it('are refused when bytes follow', () => {
    const bytes = packRegions({}, { a: Float32Array.of(1) });
    for (const more of [1, 4, 64]) {
      const longer = new Uint8Array(bytes.length + more);
      longer.set(bytes);
      expect(refusal(longer)).toBe(message('its checksum does not fit, so it was cut off or changed'));
    }
  });

  it('are refused when any bits of it were changed', () => {
    const packed = fc.tuple(header, regions).map(([head, all]) => packRegions(head, all));
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(packed, changes, (bytes, where) => {
        const broken = bytes.slice();
        for (const [at, flip] of where) broken[at % bytes.length] = (broken[at % bytes.length] ?? 0) ^ flip;
        fc.pre(broken.some((byte, i) => byte !== bytes[i]));
        expect(refusal(broken)).toMatch(/^The file is damaged: .+\. Delete it; what it holds is computed again\.$/);
      }),
    );
  });

  it('are refused when they are something else', () => {
    expect(refusal(new TextEncoder().encode('{"json": "and not packed"}'))).toBe(
      message('it does not start with FTTL'),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(refusal(bytes)).toMatch(/damaged/);
      }),
    );
  });

  it('are called by their name in the error', () => {
    expect(() => unpackRegions(new Uint8Array(3), 'The checkpoint runs/x')).toThrow(
      'The checkpoint runs/x is damaged: expected at least 12 bytes, received 3.',
    );
  });
});

describe('checksum', () => {
  it('depends on nothing but the bytes and the seed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(7), (bytes, offset) => {
        const pool = new Uint8Array(bytes.length + offset);
        pool.set(bytes, offset);
        expect(checksum(pool.subarray(offset))).toBe(checksum(bytes));
      }),
    );
    expect(checksum(Uint8Array.of(1, 2, 3), 1)).not.toBe(checksum(Uint8Array.of(1, 2, 3)));
  });

  it('tells lengths apart', () => {
    const sums = Array.from({ length: 64 }, (_, n) => checksum(new Uint8Array(n)));
    expect(new Set(sums).size).toBe(64);
  });
});
