import type { Config } from '../../config/schema.ts';
import { publicPath } from '../../server/kit/public-address.ts';
import type { Feature } from '../feature.ts';
import { registerWebRoutes } from './routes.ts';

export interface WebDeps {
  readonly config: Pick<Config, 'server'>;
  /** Where the built web apps lie, when they are not in their usual place. */
  readonly webRoot?: string;
}

/** The files of the web apps. */
export function webFeature({ config, webRoot }: WebDeps): Feature {
  const base = publicPath(config.server.publicUrl);
  return { name: 'web', routes: (app) => registerWebRoutes(app, base, webRoot) };
}
