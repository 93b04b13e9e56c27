import type { Harness } from '../../testing/harness.ts';

/** A write that succeeds, and what its record must say. */
export interface Write {
  readonly url: string;
  readonly authorization?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
  readonly record: object;
}

/** Prepares a write, by method and route. */
export type Writes = Readonly<Record<string, (api: Harness) => Promise<Write>>>;
