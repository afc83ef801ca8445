// In: the bytes of an image file. Out: what its header says, without decoding it.
// Each format is a record that reads through a DataView; a read beyond the end throws RangeError, which `readHeader` takes
// for missing bytes.

/** The formats that are read. */
export type ImageFormatId = 'png' | 'jpeg' | 'webp' | 'bmp' | 'tiff' | 'pnm';

/** EXIF orientation, 1 to 8: how the stored pixels must be turned to be seen as meant; 1 is as they are. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What a header says. Width and height are those of the stored pixels, before orientation. */
export interface ImageHeader {
  readonly format: ImageFormatId;
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** The file can hold nothing but grey. */
  readonly grey: boolean;
  /** There are more frames than the first. */
  readonly animated: boolean;
}

/** A header that says something which is not read; `mode` is why. */
export interface UnreadMode {
  readonly mode: string;
}

/** A format of image files. */
export interface ImageFormat {
  readonly id: ImageFormatId;
  /** Its name for people. */
  readonly name: string;
  /** Whether the bytes begin like a file of this format. */
  matches(bytes: Uint8Array): boolean;
  /** The header, or why such a file is not read; null where the bytes make no sense. Throws RangeError if bytes are missing. */
  read(view: DataView): ImageHeader | UnreadMode | null;
  /** Whether a whole file has its end; true where only decoding can tell. Throws RangeError if bytes are missing. */
  ends(view: DataView): boolean;
}

/** Four letters of a chunk's name. */
export const fourLetters = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/** Whether the bytes begin with these. */
export const beginsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
