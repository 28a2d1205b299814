// What tests of the page share: one browser, and a fresh fake API for each test.

import type { Page } from 'playwright-core';
import type { FakeApi } from './fake-api.ts';

export interface PageTests {
  /** A window of its own, as wide as a phone. */
  readonly open: (path: string, role?: string, language?: string) => Promise<Page>;
  readonly api: () => FakeApi;
  /** What the browser has complained about in this test. */
  readonly complaints: () => readonly string[];
}
