import type { Config } from '../../config/schema.ts';
import { publicPath } from '../../server/kit/public-address.ts';
import type { Feature } from '../feature.ts';
import { registerDashboardRoutes } from './routes.ts';

export interface WebDeps {
  readonly config: Pick<Config, 'server'>;
  /** Where the built dashboard lies, when it is not in its usual place. */
  readonly dashboardRoot?: string;
}

/** The files of the web apps. */
export function webFeature({ config, dashboardRoot }: WebDeps): Feature {
  const base = publicPath(config.server.publicUrl);
  return { name: 'web', routes: (app) => registerDashboardRoutes(app, base, dashboardRoot) };
}
