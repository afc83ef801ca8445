import { defineConfig } from 'vitest/config';

// By what the tests need: nothing, the repository's files, onnxruntime, Chromium, or seconds to minutes.
const project = (name: string, testTimeout: number) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 10_000),
      project('house', 120_000),
      project('engine', 60_000),
      project('browser', 120_000),
      project('slow', 240_000),
    ],
  },
});
