import type { Config } from '../../config/schema.ts';
import type { Database, Transaction } from '../../server/db/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Feature } from '../feature.ts';
import { askedDocuments } from './documents.ts';
import { consentProblems } from './problems.ts';
import { registerConsentRoutes } from './routes.ts';
import { ConsentsService, type Decision, type DecisionSource } from './service.ts';

export interface ConsentsDeps {
  readonly config: Pick<Config, 'consents'>;
  readonly db: Database;
  readonly clock: Clock;
}

/** Consents, and what they are asked by others. */
export interface ConsentsFeature extends Feature {
  /**
   * Writes down what somebody decided in the transaction that makes their account. What is required and was not given
   * is due afterwards.
   * @throws ProblemError not_found for a document that nobody is asked for, consent_outdated for a version that is not
   * in force, invalid_request for a language that is none
   */
  record(tx: Transaction, accountId: string, decisions: readonly Decision[], source: DecisionSource): Promise<void>;
}

/** What people are asked to agree to, and what they agreed to and withdrew. */
export function consentsFeature({ config, db, clock }: ConsentsDeps): ConsentsFeature {
  const documents = askedDocuments(config.consents);
  const consents = new ConsentsService({ db, documents, clock });
  return {
    name: 'consents',
    problems: consentProblems,
    routes(app) {
      registerConsentRoutes(app, consents, documents);
    },
    record: (...given) => consents.record(...given),
  };
}
