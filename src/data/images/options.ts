import { defaultMaximumPixels } from './header.ts';
import type { ImageSize } from './size.ts';

/** How many images are decoded, of how many. */
export interface ImageProgress {
  readonly done: number;
  readonly total: number;
}

/** How images are read. */
export interface ReadImagesOptions {
  /** The column of labels; only said where a manifest or a Parquet file has several columns. */
  readonly target?: string;
  /** Size that all images get; null, the default: their own, up to 96 pixels on the longer side, else 64 x 64. */
  readonly size?: ImageSize | null;
  /** 1 for grey, 3 for colour; default: 1 where all images are grey. */
  readonly channels?: 1 | 3;
  /** Leaves out images that cannot be used, and says so in notes; by default they are an error. */
  readonly skipBad?: boolean;
  /** False for prediction: images need no labels, so folders may be flat. Default true. */
  readonly labels?: boolean;
  /** Images with more pixels by their header are not decoded but bad; default 100 million. */
  readonly maximumPixels?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImageProgress) => void;
}

/** The options with their defaults. */
export interface ReadImagesSettings {
  readonly target: string | null;
  readonly size: ImageSize | null;
  readonly channels: 1 | 3 | null;
  readonly skipBad: boolean;
  readonly labels: boolean;
  readonly maximumPixels: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ImageProgress) => void) | null;
}

/** Fills in the defaults. */
export function imageSettings(options: ReadImagesOptions): ReadImagesSettings {
  return {
    target: options.target ?? null,
    size: options.size ?? null,
    channels: options.channels ?? null,
    skipBad: options.skipBad ?? false,
    labels: options.labels ?? true,
    maximumPixels: options.maximumPixels ?? defaultMaximumPixels,
    signal: options.signal,
    onProgress: options.onProgress ?? null,
  };
}
