import type { Registry } from 'prom-client';
import type { Config } from '../config/schema.ts';
import type { Database } from '../server/db/port.ts';
import type { EventBus } from '../server/events/port.ts';
import type { Keyring, ListedKeyring } from '../server/keys/port.ts';
import type { Clock } from '../server/kit/clock.ts';
import type { Logger } from '../server/kit/logger.ts';
import type { Notices } from '../server/kit/notices.ts';
import type { Scratch } from '../server/kit/scratch.ts';
import type { LastingCounters, Limits } from '../server/limits/port.ts';
import type { AssetLifecycle } from '../server/assets/lifecycle.ts';
import type { KeptMails, Mailer } from '../server/mail/port.ts';
import type { Outbox } from '../server/outbox/port.ts';
import type { JobQueue } from '../server/queue/port.ts';
import type { CopyJobs } from './copy-jobs.ts';
import type { Search } from '../server/search/port.ts';
import type { SessionStore } from '../server/sessions/port.ts';
import type { Storage } from '../server/storage/port.ts';

/** What a process gives its control API. */
export interface ControlApiDeps {
  readonly config: Config;
  readonly db: Database;
  readonly lifecycle: AssetLifecycle;
  readonly storage: Storage;
  readonly queue: Pick<JobQueue<CopyJobs>, 'counts' | 'enqueue' | 'missing' | 'work'>;
  readonly sessions: SessionStore;
  readonly search: Search;
  readonly events: EventBus;
  readonly limits: Limits;
  readonly lastingCounters: LastingCounters;
  readonly outbox: Outbox;
  readonly mailer: Mailer;
  /** Undefined where mails are sent. */
  readonly keptMails: KeptMails | undefined;
  /** For uploaded bytes that wait for their checksum. */
  readonly scratch: Scratch;
  /** Signs access tokens; a replaced key must verify for at least `accounts.accessTokenSeconds`. */
  readonly accessKeyring: Keyring;
  /** Seals secrets in the database; forgets no key. */
  readonly secretsKeyring: ListedKeyring;
  /** Signs playback tokens; a replaced key must verify for at least `playback.tokenSeconds`. */
  readonly playbackKeyring: Keyring;
  /** Signs addresses of pictures; forgets no key. */
  readonly picturesKeyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** What operators are to be told. */
  readonly notices: Notices;
  /** External programs of this machine, to be shown to operators. */
  readonly tools: readonly { readonly name: string; readonly version: string }[];
  /** Where the built web apps lie, when they are not in their usual place. */
  readonly webRoot?: string;
}
