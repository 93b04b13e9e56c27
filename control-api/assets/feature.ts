import type { EventBus } from '../../server/events/port.ts';
import type { Feature } from '../feature.ts';
import { assetsWithin } from '../title-scope.ts';
import { AssetEventStreams } from './asset-events.ts';
import { assetProblems } from './problems.ts';
import { personalDataOfAssets } from './personal-data.ts';
import { registerAssetRoutes } from './routes.ts';
import { AssetsService, type AssetsServiceOptions } from './service.ts';
import { videoProblems } from '../../server/assets/problems.ts';

export interface AssetsDeps extends AssetsServiceOptions {
  readonly events: Pick<EventBus, 'publish' | 'subscribe'>;
}

/** Assets: what there is, how far its processing is, what may be done to it, and its changes as they happen. */
export function assetsFeature(deps: AssetsDeps): Feature {
  const streams = new AssetEventStreams({
    events: deps.events,
    visible: (who, assetIds) => assetsWithin(deps.db, who, assetIds),
  });
  return {
    name: 'assets',
    problems: { ...videoProblems, ...assetProblems },
    personalData: personalDataOfAssets(deps.db),
    routes(app) {
      registerAssetRoutes(app, new AssetsService(deps), streams);
    },
    close() {
      streams.close();
    },
  };
}
