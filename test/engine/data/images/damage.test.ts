import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../src/data/images/decode.node.ts';
import { isProblem, readHeader } from '../../../../src/data/images/header.ts';
import { encode } from './make.ts';

const noise = (x: number, y: number) => [(x * 37 + y * 91) % 256, (x * 11 + y * 7) % 256, (x * y) % 256];
const formats = ['png', 'jpg', 'webp', 'lossy', 'bmp', 'tiff'] as const;
const size = { height: 16, width: 16 };

/** Reads as the pipeline does; what comes back is an image of the right size or a reason. */
async function read(bytes: Uint8Array): Promise<'read' | 'refused'> {
  const header = readHeader(bytes, true, 1_000_000);
  if (header === 'more') throw new Error('a whole file has no more');
  if (isProblem(header)) return 'refused';
  const image = await decodeImage(bytes, header, size);
  if (isProblem(image)) return 'refused';
  expect(image.pixels.length).toBe(image.width * image.height * image.channels);
  return 'read';
}

describe('damaged images', () => {
  it.each(formats)('%s with bytes changed or cut off is read or refused, and nothing else happens', async (format) => {
    const whole = encode(format, 40, 30, noise);
    expect(await read(whole)).toBe('read');
    const change = fc.record({ at: fc.nat(), value: fc.nat(255) });
    const damage = { changes: fc.array(change, { maxLength: 12 }), share: fc.constantFrom(1, 1, 1, 0.99, 0.5, 0.1) };
    await fc.assert(
      fc.asyncProperty(fc.record(damage), async ({ changes, share }) => {
        const bytes = Buffer.from(whole.subarray(0, Math.floor(whole.length * share)));
        for (const { at, value } of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        expect(await read(bytes)).toMatch(/^(read|refused)$/);
      }),
      { numRuns: 400 },
    );
  });

  it.each(['png', 'jpg', 'webp', 'lossy', 'bmp'] as const)('%s is refused wherever it is cut', async (format) => {
    const whole = encode(format, 40, 30, noise);
    for (let i = 0; i < 50; i++) {
      const length = Math.floor((i * (whole.length - 1)) / 50);
      expect(await read(whole.subarray(0, length)), `${length} of ${whole.length}`).toBe('refused');
    }
  });
});
