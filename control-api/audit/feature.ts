import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { auditWithoutRequest, useAuditLog, type Audit } from '../../server/http/writes/audit.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { auditLog } from '../audit-log.ts';
import type { Feature } from '../feature.ts';
import { answer, defaultPageSize, reference, toPage } from '../schemas.ts';
import { deleteAuditRecords, listAuditRecords } from './repository.ts';
import { auditListQuery, auditPageSchema, auditRecordSchema, presentAuditRecord } from './schemas.ts';

const dayMs = 86_400_000;

export interface AuditDeps {
  readonly config: Pick<Config, 'collection'>;
  readonly db: Database;
  readonly clock: Clock;
}

/** The log, and who adds to it without a request. */
export interface AuditFeature extends Feature {
  /** Records what no request asks for: upkeep, operators at the machine. */
  readonly audit: Audit;
}

/** The log of what was changed: every write adds to it in its own transaction, and only its age takes anything out. */
export function auditFeature({ db, clock, config }: AuditDeps): AuditFeature {
  const { auditDays } = config.collection;
  const write = auditLog(clock);
  return {
    name: 'audit',
    audit: auditWithoutRequest(write),
    upkeep:
      auditDays === 0
        ? []
        : [
            {
              name: 'audit.forget',
              everyMs: dayMs,
              run: (signal) => deleteAuditRecords(db, clock.now() - auditDays * dayMs, signal),
            },
          ],
    routes(app: HttpApp) {
      useAuditLog(app, write);
      for (const schema of [auditRecordSchema, auditPageSchema]) app.addSchema(schema);
      app.get(
        '/api/v1/audit',
        {
          config: { access: { may: 'audit.read' } },
          schema: {
            operationId: 'listAuditRecords',
            summary: 'What was changed, newest first, of one subject or by one account',
            tags: ['audit'],
            querystring: auditListQuery,
            response: { 200: answer('A page of records.', reference(auditPageSchema)) },
          },
        },
        async ({ query: { subject, actor, cursor, limit = defaultPageSize } }) =>
          toPage(await listAuditRecords(db, { subject, actor, cursor, limit }), limit, presentAuditRecord),
      );
    },
  };
}
