import { describe, expect, it } from 'vitest';
import { inferRoles } from '../../../src/data/roles.ts';
import { type ImageStore, type Table, tableFromColumns } from '../../../src/data/table.ts';
import { noAugmentation } from '../../../src/plan/defaults.ts';
import { renderContactSheet, shownSize } from '../../../src/report/contact-sheet.ts';
import { groupOfPlan, usualGroups } from '../../../src/tuning/augmentation-groups.ts';
import { chooseImages, variantsOf } from '../../../src/tuning/augmentation-sheet.ts';
import { drawGrid } from '../../../src/tuning/contact-grid.ts';

const color = { channels: 3, height: 20, width: 32 };
const grey = { channels: 1, height: 4, width: 4 };

/** Images of one value each: image i is all i. */
function tableOf(labels: readonly string[]): { readonly table: Table; readonly store: ImageStore } {
  const pixels = Uint8Array.from({ length: labels.length * 16 }, (_, i) => Math.floor(i / 16));
  const store = { ...grey, pixels };
  return { table: { ...tableFromColumns({ label: labels }), images: store }, store };
}

describe('the groups of a sheet', () => {
  it('say what a plan does, in sentences with its strengths', () => {
    const plan = { ...noAugmentation, horizontalFlip: true, shift: 0.1, rotation: 1, scale: 0.25, color: 0.5 };
    expect(groupOfPlan(plan, color)).toEqual({
      title: 'Horizontal flips, shifts, rotations, scales and colors',
      about:
        'Half of the images are mirrored, left to right. ' +
        'Images move by up to 10 % of their sides: 3 pixels to the left or right and 2 up or down. ' +
        'Images turn by up to 1 degree to either side. ' +
        'Images shrink to 75 % and grow to 125 % of their size at most. ' +
        'Brightness, contrast and saturation change by up to 50 % each.',
      plan,
    });
    expect(groupOfPlan({ ...noAugmentation, color: 0.5 }, grey).about).toBe(
      'Brightness and contrast change by up to 50 % each.',
    );
  });

  it('say that a plan for images without augmentation changes nothing', () => {
    expect(groupOfPlan({ ...noAugmentation, noise: 0.1 }, color)).toMatchObject({
      title: 'No augmentation',
      about: 'Nothing changes: every augmentation of images is off in this plan.',
    });
  });

  it('are each augmentation alone, then all but vertical flips', () => {
    const groups = usualGroups(color);
    const on = groups.map(({ plan }) => Object.values(plan).filter((value) => value !== 0 && value !== false).length);
    expect(on).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 8]);
    expect(groups.at(-1)?.plan.verticalFlip).toBe(false);
  });
});

describe('the images of a sheet', () => {
  const labels = Array.from({ length: 40 }, (_, i) => (i < 30 ? 'common' : i < 38 ? 'rare' : 'last'));

  it('are one of each class first, then a second of each, in the order of classes', () => {
    const { table, store } = tableOf(labels);
    const chosen = chooseImages(table, store, inferRoles(table), 8, 0);
    expect(chosen.labels).toEqual(['common', 'last', 'rare', 'common', 'last', 'rare', 'common', 'rare']);
    expect(Array.from(chosen.rows, (row) => labels[row])).toEqual(chosen.labels);
    expect(new Set(chosen.rows).size).toBe(8);
    expect(chooseImages(table, store, inferRoles(table), 8, 0).rows).toEqual(chosen.rows);
    expect(chooseImages(table, store, inferRoles(table), 8, 1).rows).not.toEqual(chosen.rows);
  });

  it('are all there are where fewer are there than asked for', () => {
    const { table, store } = tableOf(labels);
    expect(chooseImages(table, store, inferRoles(table), 100, 0).rows.length).toBe(40);
  });

  it('are copied by a plan that changes nothing, and mixed with the share that the note says', () => {
    const { table, store } = tableOf(labels);
    const chosen = chooseImages(table, store, inferRoles(table), 2, 0);
    const [first = 0, second = 0] = chosen.rows;
    const plain = variantsOf(chosen, noAugmentation, 2, 0);
    expect(plain.map(({ note }) => note)).toEqual(['', '']);
    expect([...(plain[1]?.pixels ?? [])]).toEqual([...new Array(16).fill(first), ...new Array(16).fill(second)]);
    for (const { pixels, note } of variantsOf(chosen, { ...noAugmentation, mixup: 1 }, 5, 0)) {
      const share = Number.parseInt(note, 10) / 100;
      expect(note).toBe(`${Math.round(share * 100)}\u00a0% its\u00a0own`);
      expect(Math.abs((pixels[0] as number) - share * first - (1 - share) * second)).toBeLessThan(1);
    }
  });
});

describe('the files of a sheet', () => {
  it('show small images in whole multiples of their size and large ones smaller', () => {
    expect(shownSize(28, 28)).toMatchObject({ height: 56, width: 56 });
    expect(shownSize(8, 4)).toMatchObject({ height: 64, width: 32 });
    expect(shownSize(96, 96)).toMatchObject({ height: 96, width: 96 });
    expect(shownSize(224, 320)).toMatchObject({ height: 112, width: 160 });
  });

  it('escape every text', () => {
    const bad = '<img onerror=x>&"';
    const row = { label: bad, original: 'data:,', variants: ['data:,'] };
    const group = { title: bad, about: bad, notes: [bad], rows: [row] };
    const size = { height: 8, width: 8 };
    const text = renderContactSheet({ title: bad, lead: [bad], groups: [group], ...size, command: bad });
    expect(text).not.toContain(bad);
    expect(text.match(/&lt;img onerror=x&gt;&amp;&quot;/g)?.length).toBeGreaterThan(8);
    expect(text.match(/<img /g)?.length).toBe(2);
  });

  it('draw each image where it belongs, enlarged, on white', () => {
    const image = (value: number): Uint8Array => new Uint8Array(16).fill(value);
    const { rgba, height, width } = drawGrid([[[image(1), image(2)]], [[image(3), image(4)]]], grey);
    expect([width, height]).toEqual([12 + 66 + 66 + 24, 12 + 66 + 12 + 66 + 12]);
    const at = (x: number, y: number): number[] => [...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
    expect([at(11, 12), at(12, 12), at(75, 75), at(76, 75)]).toEqual([
      [255, 255, 255, 255],
      [1, 1, 1, 255],
      [1, 1, 1, 255],
      [255, 255, 255, 255],
    ]);
    expect([at(90, 12)[0], at(153, 12)[0], at(154, 12)[0], at(12, 90)[0], at(90, 153)[0]]).toEqual([2, 2, 255, 3, 4]);
  });
});
