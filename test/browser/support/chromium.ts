// Where Chromium is on this machine.

import { existsSync } from 'node:fs';

/** The path in CHROMIUM_PATH, or Debian's. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Why the tests in a browser cannot run here; null where they can. */
export const noChromium: string | null = existsSync(chromiumPath)
  ? null
  : `browser: skipped, no Chromium at ${chromiumPath}: install it, or name its path in CHROMIUM_PATH`;
