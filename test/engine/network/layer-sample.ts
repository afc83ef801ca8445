import type { LayerId, LayerOptions } from '../../../src/network/index.ts';

/** One image. */
export type Shape = readonly [channels: number, height: number, width: number];

/** One use of a layer: its options and the shapes of its inputs, [N, F], [k, N, F] or [N, C, H, W]. */
export interface LayerSample<K extends LayerId> {
  readonly about: string;
  readonly options: LayerOptions[K];
  readonly inputs: readonly {
    readonly members: number | null;
    readonly width: number;
    readonly levels?: readonly number[];
    /** Of one row, where that is an image. */
    readonly image?: Shape;
    /** Pixels as bytes. */
    readonly bytes?: true;
  }[];
  /** The shape of one row that comes out, where that is an image. */
  readonly output?: Shape;
  /** Trained numbers. */
  readonly parameters: number;
  /** Multiplications of one row; 0 where it is left out. */
  readonly multiplyAdds?: number;
}
