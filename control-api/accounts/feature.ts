import type { Feature } from '../feature.ts';
import { personalDataOfAccounts } from './personal-data.ts';
import { accountProblems } from './problems.ts';
import { registerAccountRoutes } from './routes.ts';
import { AccountsService, type History, type SignIns } from './service.ts';
import { registerScopeRoutes } from './scope-routes.ts';
import { Scopes } from './scopes.ts';
import { Standing, type Access, type StandingOptions } from './standing.ts';
import { registerStandingRoutes } from './standing-routes.ts';

export interface AccountsDeps extends Omit<StandingOptions, 'access'> {
  readonly signIns: SignIns & Access;
  readonly history: History;
}

/** Accounts, their roles and whether they are active; what staff do to them. */
export function accountsFeature(deps: AccountsDeps): Feature {
  return {
    name: 'accounts',
    problems: accountProblems,
    personalData: personalDataOfAccounts(deps.db),
    routes(app) {
      registerAccountRoutes(app, new AccountsService(deps));
      registerScopeRoutes(app, new Scopes(deps));
      registerStandingRoutes(app, new Standing({ ...deps, access: deps.signIns }));
    },
  };
}
