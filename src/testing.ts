// fettle/testing: what an extension tests itself with. It needs no test runner: the functions measure or throw.

export * from './engine/testing/check-gradient.ts';
export * from './training/testing/conformance.ts';
