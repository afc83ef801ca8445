import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageHeader } from '../../../../src/data/images/formats/format.ts';
import { readHeader, seenSize } from '../../../../src/data/images/header.ts';
import { exifOf, type FileName, fileBytes, files, greyPng, jpegFrame, pngChunk, pngOf, withExif } from './bytes.ts';

const whole = (bytes: Uint8Array) => readHeader(bytes, true);

describe('readHeader', () => {
  it('reads size, grey, frames and orientation of every format', () => {
    expect(whole(greyPng(5, 3))).toEqual({
      format: 'png',
      width: 5,
      height: 3,
      orientation: 1,
      grey: true,
      animated: false,
    });
    expect(whole(fileBytes('animatedPng'))).toMatchObject({ format: 'png', width: 8, grey: false, animated: true });
    expect(whole(fileBytes('turnedPng'))).toMatchObject({ format: 'png', orientation: 6 });
    expect(whole(fileBytes('animatedWebp'))).toMatchObject({ format: 'webp', width: 8, height: 8, animated: true });
    expect(whole(fileBytes('turnedWebp'))).toMatchObject({ format: 'webp', orientation: 6, animated: false });
    expect(whole(fileBytes('progressiveJpeg'))).toMatchObject({ format: 'jpeg', width: 8, height: 8, grey: false });
    expect(whole(fileBytes('cmykJpeg'))).toMatchObject({ format: 'jpeg', width: 8, height: 8, grey: false });
    expect(whole(fileBytes('twoPageTiff'))).toMatchObject({ format: 'tiff', width: 8, height: 8, animated: true });
    expect(whole(Buffer.from('P5\n# a comment\n12 7\n255\n'))).toMatchObject({
      format: 'pnm',
      width: 12,
      height: 7,
      grey: true,
    });
    expect(whole(Buffer.from('P6 12 7 255\n'))).toMatchObject({ format: 'pnm', grey: false });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('finds orientation %i in JPEG, in both orders of bytes', (orientation) => {
    for (const little of [false, true]) {
      const bytes = withExif(jpegFrame(40, 30), exifOf(orientation, little));
      const header = readHeader(bytes, false) as ImageHeader;
      expect(header).toMatchObject({ width: 40, height: 30, orientation });
      expect(seenSize(header)).toEqual(orientation >= 5 ? { width: 30, height: 40 } : { width: 40, height: 30 });
    }
  });

  it('takes an orientation that is none, and EXIF that makes no sense, for 1', () => {
    for (const exif of [exifOf(0), exifOf(9), exifOf(6).subarray(0, 12), Buffer.from('nonsense'), Buffer.alloc(0)]) {
      expect(readHeader(withExif(jpegFrame(4, 3), exif), false)).toMatchObject({ orientation: 1 });
    }
  });

  it('asks for more bytes where the header goes on behind them', () => {
    const jpeg = withExif(jpegFrame(40, 30), Buffer.alloc(1000));
    expect(readHeader(jpeg.subarray(0, 500), false)).toBe('more');
    expect(readHeader(jpeg.subarray(0, 500), true)).toEqual({
      reason: 'truncated',
      detail: 'its JPEG end is missing',
    });
    expect(readHeader(greyPng(5, 3).subarray(0, 20), false)).toBe('more');
  });

  it.each([
    ['PNG', greyPng(5, 3), 'png'],
    ['JPEG', fileBytes('progressiveJpeg'), 'jpeg'],
    ['WebP', fileBytes('turnedWebp'), 'webp'],
  ])('misses the end of every %s that is cut', (name, bytes) => {
    expect(whole(bytes)).toHaveProperty('width');
    // JPEG's end is its last two bytes, and the first of them alone is none.
    for (const cut of [1, 2, Math.floor(bytes.length / 3)])
      expect(whole(bytes.subarray(0, bytes.length - cut))).toEqual({
        reason: 'truncated',
        detail: `its ${name} end is missing`,
      });
    expect(whole(Buffer.concat([bytes, Buffer.from('and more')]))).toHaveProperty('width');
  });

  it('does not take the end of a thumbnail for that of the image', () => {
    const cut = fileBytes('progressiveJpeg');
    const thumbnail = Buffer.concat([exifOf(1), fileBytes('progressiveJpeg')]);
    expect(whole(withExif(cut.subarray(0, cut.length - 2), thumbnail))).toMatchObject({ reason: 'truncated' });
    expect(whole(withExif(cut, thumbnail))).toHaveProperty('width');
  });

  it('says what is wrong with a file', () => {
    expect(whole(new Uint8Array(0))).toEqual({ reason: 'empty', detail: null });
    expect(whole(Buffer.from('hello'))).toEqual({ reason: 'not-an-image', detail: null });
    expect(whole(fileBytes('gif'))).toEqual({ reason: 'unread-format', detail: 'a GIF' });
    expect(whole(Buffer.from('\0\0\0\x20ftypavif', 'latin1'))).toEqual({
      reason: 'unread-format',
      detail: 'an AVIF or HEIC',
    });
    expect(whole(Buffer.from('<svg xmlns="..."/>'))).toEqual({ reason: 'unread-format', detail: 'an SVG or XML' });
    expect(whole(greyPng(5, 0))).toEqual({ reason: 'corrupt', detail: '5 x 0 pixels' });
    expect(whole(jpegFrame(4, 4, { bits: 12 }))).toEqual({ reason: 'wrong-mode', detail: '12 bits a channel' });
    expect(whole(jpegFrame(4, 4, { marker: 0xc3 }))).toEqual({
      reason: 'wrong-mode',
      detail: 'lossless or hierarchical coding',
    });
    expect(whole(jpegFrame(4, 4, { marker: 0xc9 }))).toEqual({ reason: 'wrong-mode', detail: 'arithmetic coding' });
    const noHeader = Buffer.concat([greyPng(1, 1).subarray(0, 8), pngChunk('IDAT', Buffer.alloc(20))]);
    expect(whole(noHeader)).toEqual({ reason: 'corrupt', detail: 'its PNG header makes no sense' });
  });

  it('refuses what is too large by the header, before anything is decoded', () => {
    const bomb = pngOf({ width: 100_000, height: 100_000, kind: 'color', rows: [[0]] });
    expect(whole(bomb)).toEqual({ reason: 'too-large', detail: '100,000 x 100,000, more than 100,000,000 pixels' });
    expect(readHeader(greyPng(11, 10), true, 100)).toEqual({
      reason: 'too-large',
      detail: '11 x 10, more than 100 pixels',
    });
    expect(readHeader(greyPng(10, 10), true, 100)).toHaveProperty('width', 10);
  });

  it('never throws, whatever the bytes', () => {
    const starts = [
      greyPng(5, 3),
      jpegFrame(4, 3),
      withExif(jpegFrame(4, 3), exifOf(6)),
      Buffer.from('BM'),
      Buffer.from('II*\0'),
    ]
      .concat((Object.keys(files) as FileName[]).map(fileBytes))
      .concat([Buffer.from('P5 '), Buffer.from('RIFF\x20\0\0\0WEBPVP8 ', 'latin1')]);
    fc.assert(
      fc.property(
        fc.constantFrom(...starts),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.uint8Array({ maxLength: 60 }),
        fc.boolean(),
        (start, share, tail, isWhole) => {
          const result = readHeader(
            Buffer.concat([start.subarray(0, Math.round(share * start.length)), tail]),
            isWhole,
          );
          if (isWhole) expect(result).not.toBe('more');
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('never throws, whatever byte is changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(files) as FileName[])), fc.nat(), fc.nat(255), (name, at, value) => {
        const bytes = fileBytes(name);
        bytes[at % bytes.length] = value;
        readHeader(bytes, true);
      }),
      { numRuns: 3000 },
    );
  });
});
