import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { answer, reference } from '../schemas.ts';
import type { QuotaService } from './quota-service.ts';
import { uploadQuotaSchema, uploadUsageSchema } from './schemas.ts';

/** What an account may still upload, and who has how much. */
export function registerQuotaRoutes(app: HttpApp, quotas: QuotaService): void {
  for (const schema of [uploadQuotaSchema, uploadUsageSchema]) app.addSchema(schema);
  const tags = ['uploads'];
  app.get(
    '/api/v1/upload-quota',
    {
      config: { access: { may: 'uploads.create' } },
      schema: {
        operationId: 'getUploadQuota',
        summary: 'What the account that asks has uploaded, and how much it may',
        tags,
        response: { 200: answer('Used and allowed.', reference(uploadQuotaSchema)) },
      },
    },
    async (request) => await quotas.of(identityOf(request).accountId),
  );
  app.get(
    '/api/v1/upload-usage',
    {
      config: { access: { may: 'uploads.manage-all' } },
      schema: {
        operationId: 'getUploadUsage',
        summary: 'How much each account has uploaded, for super admins',
        tags,
        response: { 200: answer('Accounts, those that store most first.', reference(uploadUsageSchema)) },
      },
    },
    async () => await quotas.ofAll(),
  );
}
