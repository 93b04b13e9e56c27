import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { answer, reference } from '../schemas.ts';
import type { AskedDocument } from './documents.ts';
import {
  askedDocumentsSchema,
  consentParams,
  consentSchema,
  consentSchemas,
  consentsSchema,
  decideConsentSchema,
} from './schemas.ts';
import type { ConsentsService } from './service.ts';

const tags = ['consents'];

export function registerConsentRoutes(
  app: HttpApp,
  consents: ConsentsService,
  documents: readonly AskedDocument[],
): void {
  for (const schema of consentSchemas) app.addSchema(schema);

  app.get(
    '/api/v1/consents/documents',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listAskedDocuments',
        summary: 'What people are asked to agree to',
        tags,
        response: { 200: answer('The documents, in the order in which to ask.', reference(askedDocumentsSchema)) },
      },
    },
    async () => ({ items: [...documents] }),
  );

  app.get(
    '/api/v1/consents',
    {
      config: { access: 'signed-in' },
      schema: {
        operationId: 'getConsents',
        summary: 'What the account that asks agreed to',
        tags,
        response: { 200: answer('Each document, and the last decisions.', reference(consentsSchema)) },
      },
    },
    async (request) => await consents.show(identityOf(request).accountId),
  );

  app.put(
    '/api/v1/consents/:document',
    {
      config: {
        access: 'signed-in',
        notForKids: true,
        // Each of them stays.
        limits: [{ per: 'account', points: 60, seconds: 3600, what: 'decisions' }],
        audit: ['consent.given', 'consent.withdrawn'],
      },
      schema: {
        operationId: 'decideConsent',
        summary: 'Agree to a document, or withdraw that',
        tags,
        params: consentParams,
        body: decideConsentSchema,
        description:
          'Written down with time, network address, browser and language. Only the version that is in force can be decided about (409 `consent_outdated`, with that `version`).',
        response: { 200: answer('The document, and what is decided now.', reference(consentSchema)) },
      },
    },
    async (request) => await consents.decide(callerOf(request), request.params.document, request.body, request.headers),
  );
}
