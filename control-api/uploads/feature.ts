import type { Config } from '../../config/schema.ts';
import type { AssetLifecycle } from '../../server/assets/lifecycle.ts';
import type { Database } from '../../server/db/port.ts';
import type { Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Logger } from '../../server/kit/logger.ts';
import { publicPath } from '../../server/kit/public-address.ts';
import type { Scratch } from '../../server/kit/scratch.ts';
import type { Limits } from '../../server/limits/port.ts';
import type { Outbox } from '../../server/outbox/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import type { Feature } from '../feature.ts';
import { Admissions, type Destinations } from './admissions.ts';
import { UploadLocker } from './locker.ts';
import { personalDataOfUploads } from './personal-data.ts';
import { registerQuotaRoutes } from './quota-routes.ts';
import { QuotaService } from './quota-service.ts';
import { registerUploadRoutes, uploadsPath } from './routes.ts';
import { UploadsService } from './service.ts';
import { Spool } from './spool.ts';
import { TusEndpoint } from './tus.ts';
import { UploadsUpkeep } from './upkeep.ts';
import { uploadProblems } from './problems.ts';

export interface UploadsDeps {
  readonly config: Pick<Config, 'collection' | 'server' | 'storage' | 'uploads'>;
  readonly db: Database;
  readonly lifecycle: AssetLifecycle;
  readonly storage: Storage;
  readonly outbox: Pick<Outbox, 'record'>;
  readonly destinations: Destinations;
  /** Records what no request asks for. */
  readonly audit: Audit;
  readonly limits: Pick<Limits, 'locks'>;
  /** For uploaded bytes that wait for their checksum. */
  readonly scratch: Scratch;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Files on their way in: tus 1.0 from the first byte to the asset. */
export function uploadsFeature(deps: UploadsDeps): Feature {
  const { config, storage, clock } = deps;
  const { locks } = deps.limits;
  const store = storage.uploadStore();
  const locker = new UploadLocker(locks);
  const admissions = new Admissions({ ...deps, store, locks });
  const spool = new Spool({ scratch: deps.scratch, minFreeBytes: config.storage.minFreeBytes });
  const uploads = new UploadsService({ ...deps, store, locker });
  const upkeep = new UploadsUpkeep({ ...deps, uploads, store, locker });
  const everyMs = config.collection.intervalSeconds * 1000;
  return {
    name: 'uploads',
    problems: uploadProblems,
    personalData: personalDataOfUploads({ ...deps, uploads }),
    async routes(app) {
      registerQuotaRoutes(app, new QuotaService(deps));
      await registerUploadRoutes(
        app,
        uploads,
        new TusEndpoint({
          path: publicPath(config.server.publicUrl) + uploadsPath,
          uploads,
          admissions,
          store,
          spool,
          locker,
          clock,
          config: config.uploads,
        }),
      );
    },
    upkeep: [
      { name: 'uploads.repair', everyMs, atStart: true, run: (signal) => upkeep.repairFinishedUploads(signal) },
      { name: 'uploads.collect', everyMs, run: (signal) => upkeep.collectExpiredUploads(clock.now(), signal) },
    ],
  };
}
