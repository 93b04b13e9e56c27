import type { Config } from '../../config/schema.ts';
import type { AssetLifecycle } from '../../server/assets/lifecycle.ts';
import type { Database } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { JobQueue } from '../../server/queue/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { Feature } from '../feature.ts';
import { UploadLocker } from './locker.ts';
import { registerUploadRoutes, uploadsPath } from './routes.ts';
import { UploadsService } from './service.ts';
import { TusEndpoint } from './tus.ts';
import { UnverifiedBytes } from './unverified-bytes.ts';

export interface UploadsDeps {
  readonly config: Pick<Config, 'collection' | 'storage' | 'uploads'>;
  readonly db: Database;
  readonly lifecycle: AssetLifecycle;
  readonly storage: Storage;
  readonly queue: Pick<JobQueue, 'enqueue'>;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Files on their way in: tus 1.0 from the first byte to the asset. */
export function uploadsFeature(deps: UploadsDeps): Feature {
  const { config, storage, clock } = deps;
  const store = storage.uploadStore({ expiresAfterMs: config.uploads.expiresAfterHours * 3_600_000 });
  const locker = new UploadLocker();
  const unverified = new UnverifiedBytes({ storage, store });
  const uploads = new UploadsService({ ...deps, store, unverified, locker });
  const everyMs = config.collection.intervalSeconds * 1000;
  return {
    name: 'uploads',
    routes: (app) =>
      registerUploadRoutes(
        app,
        uploads,
        new TusEndpoint({ path: uploadsPath, uploads, store, unverified, locker, clock, config: config.uploads }),
      ),
    upkeep: [
      { name: 'uploads.repair', everyMs, atStart: true, run: () => uploads.repairFinishedUploads() },
      { name: 'uploads.collect', everyMs, run: () => uploads.collectExpiredUploads(clock.now()) },
    ],
  };
}
