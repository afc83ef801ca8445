import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BadImage, badImagesError, skippedNotes } from '../../../../src/data/images/bad-image.ts';
import { keepTexts, takeRows, withoutPath } from '../../../../src/data/images/columns.ts';
import { forEachBounded } from '../../../../src/data/images/for-each-bounded.ts';
import { piecesOf } from '../../../../src/data/images/parquet-pieces.ts';
import { placeImage, storedRgba, toGrey } from '../../../../src/data/images/place-image.ts';
import { chooseSize, fittedSize } from '../../../../src/data/images/size.ts';
import { tableFromColumns } from '../../../../src/data/table.ts';

const sizes = (...list: readonly (readonly [number, number])[]) => list.map(([width, height]) => ({ width, height }));

describe('chooseSize', () => {
  it('keeps one size up to 96 on the longer side', () => {
    expect(chooseSize(sizes([96, 48], [96, 48]), null)).toEqual({ size: { height: 48, width: 96 }, notes: [] });
  });

  it('makes larger ones squares of 64, and says so', () => {
    expect(chooseSize(sizes([97, 48], [97, 48]), null)).toEqual({
      size: { height: 48, width: 48 },
      notes: [
        'The images are 97 x 48; they are made 48 x 48 (width x height): fitted by the shorter side, and cut at the centre (--image-size sets another size).',
      ],
    });
    expect(chooseSize(sizes([1600, 1200]), null).size).toEqual({ height: 64, width: 64 });
  });

  it('makes mixed ones squares, not larger than most of them are', () => {
    const mixed = chooseSize(sizes([28, 28], [28, 28], [30, 40], [500, 400]), null);
    expect(mixed.size).toEqual({ height: 30, width: 30 });
    expect(mixed.notes[0]).toContain('The images are 28 x 28 (2), 500 x 400 (1), 30 x 40 (1); they are made 30 x 30');
    expect(chooseSize(sizes([200, 100], [64, 64]), null).notes[0]).toContain('; 1 of them is made 64 x 64');
  });

  it('tells many sizes by their range', () => {
    const many = chooseSize(sizes([100, 90], [110, 90], [120, 80], [130, 70], [140, 75]), null);
    expect(many.notes[0]).toContain('The images are of 5 sizes, widths 100 to 140 and heights 70 to 90;');
  });

  it('does as it is told', () => {
    const wanted = { height: 20, width: 10 };
    expect(chooseSize(sizes([96, 48]), wanted).size).toEqual(wanted);
    expect(chooseSize(sizes([10, 20]), wanted)).toEqual({ size: wanted, notes: [] });
    expect(chooseSize([], wanted).size).toEqual(wanted);
  });
});

describe('fittedSize', () => {
  it('covers the target and keeps the proportions', () => {
    expect(fittedSize({ width: 1600, height: 1200 }, { width: 64, height: 64 })).toEqual({ width: 85, height: 64 });
    expect(fittedSize({ width: 30, height: 60 }, { width: 64, height: 64 })).toEqual({ width: 64, height: 128 });
    const side = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(side, side, side, side, (width, height, w, h) => {
        const fitted = fittedSize({ width, height }, { width: w, height: h });
        expect(fitted.width).toBeGreaterThanOrEqual(w);
        expect(fitted.height).toBeGreaterThanOrEqual(h);
        expect(fitted.width === w || fitted.height === h).toBe(true);
      }),
    );
  });
});

describe('placeImage', () => {
  const image = (channels: number, pixels: readonly number[], width = pixels.length / channels) => ({
    pixels: Uint8Array.from(pixels),
    width,
    height: pixels.length / channels / width,
    channels,
  });
  const place = (from: ReturnType<typeof image>, shape: { channels: number; height: number; width: number }) => {
    const store = new Uint8Array(2 + shape.channels * shape.height * shape.width).fill(9);
    const facts = placeImage(from, store, 1, shape);
    expect([store[0], store.at(-1)]).toEqual([9, 9]);
    return { pixels: [...store.subarray(1, -1)], ...facts };
  };

  it('puts channel after channel', () => {
    expect(place(image(3, [1, 2, 3, 4, 5, 6]), { channels: 3, height: 1, width: 2 })).toEqual({
      pixels: [1, 4, 2, 5, 3, 6],
      colored: true,
      transparent: false,
    });
    expect(place(image(1, [7, 8]), { channels: 3, height: 1, width: 2 }).pixels).toEqual([7, 8, 7, 8, 7, 8]);
  });

  it('makes colour grey as Pillow does', () => {
    const grey = place(image(3, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]), {
      channels: 1,
      height: 1,
      width: 4,
    });
    expect(grey.pixels).toEqual([76, 150, 29, 255]);
    expect(place(image(3, [5, 5, 5]), { channels: 1, height: 1, width: 1 })).toMatchObject({
      pixels: [5],
      colored: false,
    });
  });

  it('puts alpha on white', () => {
    expect(place(image(4, [200, 0, 100, 0, 200, 0, 100, 128]), { channels: 3, height: 1, width: 2 })).toEqual({
      pixels: [255, 227, 255, 127, 255, 177],
      colored: true,
      transparent: true,
    });
    expect(place(image(2, [50, 255]), { channels: 1, height: 1, width: 1 })).toMatchObject({ transparent: false });
  });

  it('cuts the middle', () => {
    const rows = [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24];
    expect(place(image(1, rows, 5), { channels: 1, height: 1, width: 3 }).pixels).toEqual([11, 12, 13]);
  });

  it('refuses bytes that do not fit', () => {
    const short = { pixels: new Uint8Array(5), width: 2, height: 1, channels: 3 };
    expect(() => placeImage(short, new Uint8Array(9), 0, { channels: 3, height: 1, width: 1 })).toThrow(
      'An image of at least 1 x 1 is expected, not 5 bytes for 2 x 1 x 3.',
    );
  });

  it('goes back to pixels of four bytes', () => {
    const shape = { channels: 3, height: 1, width: 2 };
    const rgba = [1, 2, 3, 255, 4, 5, 6, 255];
    expect([...storedRgba(Uint8Array.from(place(image(4, rgba), shape).pixels), shape)]).toEqual(rgba);
    expect([...storedRgba(Uint8Array.from([7]), { channels: 1, height: 1, width: 1 })]).toEqual([7, 7, 7, 255]);
  });

  it('takes the first of three equal channels', () => {
    const grey = new Uint8Array(4);
    toGrey(Uint8Array.from([1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]), grey, 2, 2);
    expect([...grey]).toEqual([1, 2, 3, 4]);
  });
});

describe('columns', () => {
  it('keeps more paths than a text column of a table stores', () => {
    const column = keepTexts(
      'path',
      Array.from({ length: 70_000 }, (_, i) => `${i}.png`),
    );
    expect(column.overflow).toBe(0);
    expect(column.levels[column.codes[69_999] as number]).toBe('69999.png');
  });

  it('takes rows of every kind', () => {
    const { columns } = tableFromColumns({
      text: ['a', null, 'b', 'c'],
      number: [1, null, 3, 4],
      flag: [true, false, null, true],
      when: [new Date(0), null, new Date(1000), new Date(2000)],
    });
    const taken = columns.map((column) => takeRows(column, Uint32Array.of(3, 1)));
    expect(taken[0]).toMatchObject({ levels: ['c'], codes: Int32Array.of(0, -1), overflow: 0 });
    expect(taken.slice(1).map((column) => column.kind !== 'text' && [...column.values])).toEqual([
      [4, Number.NaN],
      [1, 0],
      [2, Number.NaN],
    ]);
  });

  it('counts again what is not stored', () => {
    const column = { name: 't', kind: 'text', codes: Int32Array.of(-2, 0, -2), levels: ['x'], overflow: 2 } as const;
    expect(takeRows(column, Uint32Array.of(0, 1))).toMatchObject({ overflow: 1, levels: ['x'] });
  });

  it('gives another column called path another name', () => {
    const { columns } = tableFromColumns({ path: [1], path_2: [2] });
    const other = withoutPath(columns);
    expect(other.columns.map(({ name }) => name)).toEqual(['path_3', 'path_2']);
    expect(other.notes).toEqual(['Column "path" is called "path_3", since "path" says where each image comes from.']);
  });
});

describe('bad images', () => {
  const bad = (count: number, reason: BadImage['reason'], detail: string | null = null): BadImage[] =>
    Array.from({ length: count }, (_, i) => ({ path: `${reason}-${i}.png`, reason, detail }));

  it('are an error by reason, ten of each by name', () => {
    const error = badImagesError([...bad(12, 'corrupt', 'why'), ...bad(1, 'empty')], 100, 'data');
    expect(error.code).toBe('data');
    expect(error.message.split('\n')).toEqual([
      '13 of 100 images of data cannot be used:',
      '  1 empty (0 bytes): empty-0.png',
      expect.stringMatching(/^ {2}12 corrupt: corrupt-0\.png \(why\), .*corrupt-9\.png \(why\) and 2 more$/),
      'Replace or remove them, or leave them out with --skip-bad.',
    ]);
  });

  it('do not advise to skip all of them', () => {
    expect(badImagesError(bad(2, 'absent'), 2, 'data').message).toBe(
      'None of the 2 images of data can be used:\n  2 not there: absent-0.png, absent-1.png\nExpected PNG, JPEG, WebP, BMP, TIFF or PNM files.',
    );
  });

  it('are notes where they are left out', () => {
    expect(skippedNotes([...bad(5, 'truncated'), ...bad(1, 'too-large', '9 x 9')])).toEqual([
      '1 file is left out, being too large: too-large-0.png (9 x 9).',
      '5 files are left out, being cut off: truncated-0.png, truncated-1.png, truncated-2.png and 2 more.',
    ]);
  });
});

describe('piecesOf', () => {
  it('covers all rows once, in order, and keeps to the limit where it can', () => {
    const group = fc.record({ rows: fc.integer({ min: 1, max: 300 }), bytes: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 20 }), (groups) => {
        const pieces = piecesOf(groups, 500);
        const rows = pieces.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
        expect(rows).toEqual(Array.from({ length: groups.reduce((sum, g) => sum + g.rows, 0) }, (_, i) => i));
      }),
    );
    expect(
      piecesOf(
        [1, 2, 3].map(() => ({ rows: 10, bytes: 200 })),
        500,
      ),
    ).toEqual([
      { first: 0, last: 19 },
      { first: 20, last: 29 },
    ]);
    expect(piecesOf([{ rows: 4, bytes: 1000 }], 500)).toEqual([
      { first: 0, last: 1 },
      { first: 2, last: 3 },
    ]);
  });
});

describe('forEachBounded', () => {
  const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('keeps to its bounds, and runs each once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        async (costs, tasks) => {
          const done: number[] = [];
          const running = new Set<number>();
          const costOf = (item: number): number => costs[item] as number;
          await forEachBounded([...costs.keys()], { tasks, cost: 15 }, costOf, async (item) => {
            running.add(item);
            expect(running.size).toBeLessThanOrEqual(tasks);
            if (running.size > 1) expect([...running].map(costOf).reduce((a, b) => a + b)).toBeLessThanOrEqual(15);
            await pause();
            running.delete(item);
            done.push(item);
          });
          expect(done.sort((a, b) => a - b)).toEqual([...costs.keys()]);
        },
      ),
    );
  });

  it('throws the first error after all that had begun has ended', async () => {
    let running = 0;
    const begun: number[] = [];
    const run = forEachBounded(
      [0, 1, 2, 3, 4, 5],
      { tasks: 2, cost: 9 },
      () => 0,
      async (item) => {
        begun.push(item);
        running++;
        await pause();
        running--;
        if (item === 1) throw new Error('item 1');
      },
    );
    await expect(run).rejects.toThrow('item 1');
    expect(running).toBe(0);
    expect(begun.length).toBeLessThan(6);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const run = forEachBounded(
      [0, 1, 2, 3],
      { tasks: 1, cost: 9 },
      () => 0,
      async (item) => {
        begun.push(item);
        if (item === 1) controller.abort(new Error('enough'));
      },
      controller.signal,
    );
    await expect(run).rejects.toThrow('enough');
    expect(begun).toEqual([0, 1]);
  });
});
