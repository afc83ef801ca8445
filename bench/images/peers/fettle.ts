// fettle: the whole way from a folder to a table, as a tuning reads it.

import { availableParallelism } from 'node:os';
import { readImages } from '../../../src/data/images/read-images.node.ts';
import { versions } from '../../../src/tuning/versions.node.ts';
import { serve } from '../../lib/serve.ts';

await serve(
  { ...versions(), cores: String(availableParallelism()) },
  {
    async read(request) {
      const { folder } = request as typeof request & { readonly folder: string };
      const start = performance.now();
      const table = await readImages(folder);
      return { ms: performance.now() - start, images: table.rows, bytes: table.images?.pixels.length };
    },
  },
);
