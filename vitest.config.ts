import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/support/patched-ssh2.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    // A machine at work takes its time; a second, which is the default, says nothing about the program.
    expect: { poll: { timeout: 30_000, interval: 50 } },
    hookTimeout: 120_000,
    reporters: ['default', './test/support/closing-line-reporter.ts'],
  },
});
