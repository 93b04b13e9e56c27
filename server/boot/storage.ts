import type { Config } from '../../config/schema.ts';
import { toError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Notices } from '../kit/notices.ts';
import { DiskStorage } from '../storage/disk.ts';
import { GuardedStorage, type BreakerState } from '../storage/guarded.ts';
import { isStorageUnavailable, type Storage } from '../storage/port.ts';
import { GcsStorage } from '../storage/gcs.ts';
import { S3Storage } from '../storage/s3.ts';
import { settingUp } from './setting-up.ts';

/** The configured storage as it is: for commands that look at it. */
export function openStorage({ storage }: Pick<Config, 'storage'>): Storage {
  switch (storage.kind) {
    case 's3':
      return new S3Storage({
        ...storage,
        connectMs: storage.connectSeconds * 1000,
        silenceMs: storage.silenceSeconds * 1000,
      });
    case 'gcs':
      return new GcsStorage({ ...storage, timeoutMs: storage.silenceSeconds * 1000 });
    default:
      return new DiskStorage({ path: storage.path });
  }
}

/** A storage in use, and how it is. */
export interface StorageInUse {
  readonly storage: Storage;
  /** Of its circuit breaker. */
  readonly state: () => BreakerState;
}

/** What an operator is told while a store that should be there is not. */
const notice = (detail: string) => ({ code: 'storage-unavailable', setting: 'storage.endpoint', detail });

/**
 * The configured storage for a server: an object store stands behind a circuit breaker, which is heard of by logs and a
 * notice. A wrong bucket or key ends the start; a store that is away does not, for it comes back by itself.
 * @throws OperatorError
 */
export async function openStorageInUse(
  config: Pick<Config, 'storage'>,
  { logger, notices }: { readonly logger: Logger; readonly notices: Pick<Notices, 'say' | 'withdraw'> },
): Promise<StorageInUse> {
  const { kind, breakerFailures, breakerSeconds } = config.storage;
  const storage = await settingUp('The storage is not there', () => openStorage(config));
  if (kind === 'disk') return { storage, state: () => 'closed' };
  await settingUp('The storage cannot be used', async () => {
    try {
      await storage.check();
    } catch (error) {
      if (!isStorageUnavailable(error)) throw error;
      logger.warn({ err: toError(error) }, 'the storage does not answer yet; requests that need it fail until it does');
    }
  });
  if (breakerFailures === 0) return { storage, state: () => 'closed' };
  const guarded = new GuardedStorage(storage, {
    failures: breakerFailures,
    pauseMs: breakerSeconds * 1000,
    onChange: (state, failure) => {
      if (state === 'closed') {
        notices.withdraw(notice('').code);
        logger.info('the storage answers again');
      } else if (state === 'open') {
        logger.error({ err: failure }, 'the storage does not answer; nothing is asked for a while');
        notices.say(
          notice(
            'The object store does not answer. What needs it fails at once and is tried again; titles that are cached go on. Look at its address (storage.endpoint), the network and the store itself; the log names the failure.',
          ),
        );
      }
    },
  });
  return { storage: guarded, state: () => guarded.state };
}
