import type { Feature } from '../feature.ts';
import { registerAccountRoutes } from './routes.ts';
import { AccountsService, type AccountsServiceOptions } from './service.ts';
import { accountProblems } from './problems.ts';

/** Accounts, their roles and whether they are active. */
export function accountsFeature(deps: AccountsServiceOptions): Feature {
  return {
    name: 'accounts',
    problems: accountProblems,
    routes(app) {
      registerAccountRoutes(app, new AccountsService(deps));
    },
  };
}
