// In: images that cannot be used, and why. Out: the error that lists them, or the notes that say they are left out.

import { FettleError } from '../../base/error.ts';
import { formatCount, plural } from '../../base/format.ts';

/** Why an image cannot be used, in the order in which reasons are listed, and how that is said after "is" or "are". */
const reasons = {
  absent: 'not there',
  unreadable: 'unreadable',
  empty: 'empty (0 bytes)',
  'not-an-image': 'no images',
  'unread-format': 'in a format that is not read',
  'wrong-mode': 'in a mode that is not read',
  'too-large': 'too large',
  truncated: 'cut off',
  corrupt: 'corrupt',
  'no-class': 'in no class folder',
} as const;

/** Why an image cannot be used. */
export type BadReason = keyof typeof reasons;

/** What is wrong with an image; `detail` is what makes it plain in this case. */
export interface Problem {
  readonly reason: BadReason;
  readonly detail: string | null;
}

/** An image that cannot be used. */
export interface BadImage extends Problem {
  readonly path: string;
}

const shownInError = 10;
const shownInNote = 3;

/** The images of each reason that there is, in the order of reasons. */
function byReason(bad: readonly BadImage[]): readonly (readonly [BadReason, readonly BadImage[]])[] {
  return (Object.keys(reasons) as BadReason[])
    .map((reason) => [reason, bad.filter((image) => image.reason === reason)] as const)
    .filter(([, images]) => images.length > 0);
}

function listed(images: readonly BadImage[], limit: number): string {
  const shown = images.slice(0, limit).map(({ path, detail }) => (detail === null ? path : `${path} (${detail})`));
  const more = images.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '');
}

/** The error (code `data`) for images that cannot be used, by reason, ten of each by name. */
export function badImagesError(bad: readonly BadImage[], total: number, where: string): FettleError {
  const lines = byReason(bad).map(
    ([reason, images]) => `  ${formatCount(images.length)} ${reasons[reason]}: ${listed(images, shownInError)}`,
  );
  const all = bad.length === total;
  const advice = all
    ? 'Expected PNG, JPEG, WebP, BMP, TIFF or PNM files.'
    : 'Replace or remove them, or leave them out with --skip-bad.';
  const count = all
    ? `None of the ${plural(total, 'image')}`
    : `${formatCount(bad.length)} of ${plural(total, 'image')}`;
  return new FettleError(
    'data',
    `${count} of ${where} can${all ? '' : 'not'} be used:\n${lines.join('\n')}\n${advice}`,
  );
}

/** One note per reason for images that are left out, three of each by name. */
export function skippedNotes(bad: readonly BadImage[]): string[] {
  return byReason(bad).map(
    ([reason, images]) =>
      `${plural(images.length, 'file')} ${images.length === 1 ? 'is' : 'are'} left out, being ${reasons[reason]}: ${listed(images, shownInNote)}.`,
  );
}
