// fettle's trainer as in ../step/peers/fettle.ts, with its health statistics or, with the argument `plain`, without.

import { removeStatistics } from './without.ts';

if (process.argv[3] === 'plain') await removeStatistics();
// Imported only now, so that it finds what was put in place.
await import('../step/peers/fettle.ts');
