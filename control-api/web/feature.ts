import type { Feature } from '../feature.ts';
import { registerDashboardRoutes } from './routes.ts';

export interface WebDeps {
  /** Where the built dashboard lies, when it is not in its usual place. */
  readonly dashboardRoot?: string;
}

/** The files of the web apps. */
export function webFeature({ dashboardRoot }: WebDeps): Feature {
  return { name: 'web', routes: (app) => registerDashboardRoutes(app, dashboardRoot) };
}
