import type { ImageStore } from '../table.ts';
import { fitPixels } from './decode.node.ts';
import { allocate } from './decode-images.node.ts';
import { decodingTasks } from './decoding-tasks.node.ts';
import { forEachBounded } from './for-each-bounded.ts';
import type { ReadImagesSettings } from './options.ts';
import { placeImage, storedRgba } from './place-image.ts';
import { chooseSize } from './size.ts';

/** Images that came without encoding, in the size and channels that are asked for; the same store where nothing changes. */
export async function fitStore(
  store: ImageStore,
  rows: number,
  settings: ReadImagesSettings,
): Promise<{ readonly store: ImageStore; readonly notes: readonly string[] }> {
  const { size, notes } = chooseSize([store], settings.size);
  const shape = { channels: settings.channels ?? store.channels, ...size };
  const resized = size.height !== store.height || size.width !== store.width;
  if (!resized && shape.channels === store.channels) return { store, notes: [] };
  const pixels = allocate(rows, shape);
  const from = store.channels * store.height * store.width;
  const to = shape.channels * shape.height * shape.width;
  let done = 0;
  await forEachBounded(
    Array.from({ length: rows }, (_, row) => row),
    { tasks: decodingTasks(), cost: 1 },
    () => 0,
    async (row) => {
      const rgba = storedRgba(store.pixels.subarray(row * from, (row + 1) * from), store);
      const { height, width } = store;
      const image = resized ? await fitPixels(rgba, store, size) : { pixels: rgba, height, width, channels: 4 };
      placeImage(image, pixels, row * to, shape);
      done++;
      settings.onProgress?.({ done, total: rows });
    },
    settings.signal,
  );
  const grey = shape.channels === 1 && store.channels === 3 ? ['The images are in colour and made grey.'] : [];
  return { store: { ...shape, pixels }, notes: [...notes, ...grey] };
}
