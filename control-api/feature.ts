import type { HttpApp } from '../server/http/http-app.ts';
import type { Problem } from '../server/kit/problems.ts';
import type { UpkeepTask } from '../server/kit/upkeep.ts';
import type { Consumer } from '../server/outbox/port.ts';
import type { PersonalData } from './personal-data.ts';

/** What one feature adds to the process. Made by its `feature.ts` and listed in `app.ts`. */
export interface Feature {
  readonly name: string;
  /** What its routes may refuse, besides what any route may. */
  readonly problems?: Readonly<Record<string, Problem>>;
  /** Adds the routes; called once, before the application is ready. */
  readonly routes?: (app: HttpApp) => void | Promise<void>;
  readonly upkeep?: readonly UpkeepTask[];
  /** Durable events it hears of. */
  readonly consumers?: readonly Consumer[];
  /** What it knows about people: for the copy of their data, and for the end of their account. */
  readonly personalData?: PersonalData;
  /**
   * Starts what it does in every process: the workers of its jobs. The returned function stops them, waiting for jobs in hand unless `force`; it may be
   * called again with `force` while it waits.
   */
  readonly startJobs?: () => (options: { readonly force: boolean }) => Promise<void>;
  /** Ends what would keep the server from stopping, e.g. event streams; a second time does nothing. */
  readonly close?: () => void | Promise<void>;
}
