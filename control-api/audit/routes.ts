import { Type } from 'typebox';
import type { Database } from '../../server/db/port.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { auditOf } from '../../server/http/writes/audit.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import type { AddressTags } from '../address-tags.ts';
import { answer, defaultPageSize, reference } from '../schemas.ts';
import { readChain } from './chaining.ts';
import { firstBreakIn } from './checking.ts';
import { exportFile, exportName, fileFormats } from './export.ts';
import { filterOf } from './filter.ts';
import { auditLogSubject } from './retention.ts';
import {
  auditChainSchema,
  auditExportQuery,
  auditListQuery,
  auditPageSchema,
  auditRecordSchema,
  presentAuditRecord,
  type AuditChainView,
} from './schemas.ts';
import { countWaiting, listAuditRecords, type AuditFilter } from './search.ts';

export interface AuditRoutesDeps {
  readonly db: Database;
  readonly tags: Pick<AddressTags, 'endsOf'>;
  readonly clock: Clock;
}

const config = { access: { may: 'audit.read' } } as const;
const tags = ['audit'];
const file = Type.Unsafe<NodeJS.ReadableStream>({ type: 'string' });

export function registerAuditRoutes(app: HttpApp, deps: AuditRoutesDeps): void {
  const { db, clock, tags: addressTags } = deps;
  for (const schema of [auditRecordSchema, auditPageSchema, auditChainSchema]) app.addSchema(schema);
  app.get(
    '/api/v1/audit',
    {
      config,
      schema: {
        operationId: 'listAuditRecords',
        summary: 'What was changed, newest first',
        description:
          'What fits all that is asked for. Where much has to be looked at for little that fits, a page may have fewer records than it could, even none, and still a `nextCursor`.',
        tags,
        querystring: auditListQuery,
        response: { 200: answer('A page of records.', reference(auditPageSchema)) },
      },
    },
    async ({ query }) => {
      const filter = await filterOf(db, addressTags, query);
      const { cursor, limit = defaultPageSize } = query;
      if (!filter) return { items: [], nextCursor: null };
      const { rows, next } = await listAuditRecords(db, filter, { cursor, limit });
      return { items: rows.map(presentAuditRecord), nextCursor: next };
    },
  );

  app.get(
    '/api/v1/audit/chain',
    {
      config,
      schema: {
        operationId: 'getAuditChain',
        summary: 'How far the log is chained, and whether the chain is whole',
        tags,
        response: { 200: answer('The state of the chain.', reference(auditChainSchema)) },
      },
    },
    async () => await presentChain(db),
  );

  app.get(
    '/api/v1/audit/export',
    {
      exposeHeadRoute: false,
      config: {
        ...config,
        audit: 'audit.exported',
        limits: [{ per: 'account', points: 60, seconds: 3600, what: 'exports' }],
      },
      schema: {
        operationId: 'exportAuditRecords',
        summary: 'All records that fit, as a file, newest first',
        description:
          'That it was asked for is a record, too. JSON lines are records as the list has them. In CSV, which begins with a byte order mark for spreadsheets, a text that these would take for a formula has an apostrophe in front, or is written with `\\u` in JSON.',
        tags,
        querystring: auditExportQuery,
        response: {
          200: {
            description: 'The file.',
            headers: { 'content-disposition': Type.String({ description: 'Its name.' }) },
            content: { 'text/csv': { schema: file }, 'application/x-ndjson': { schema: file } },
          },
        },
      },
    },
    async (request, reply) => {
      const { format, ...query } = request.query;
      const filter = await filterOf(db, addressTags, query);
      await db
        .transaction()
        .execute((tx) =>
          auditOf(request).record(tx, {
            subject: auditLogSubject,
            after: { format, ...(filter ? filterFacts(filter) : { empty: true }) },
          }),
        );
      return reply
        .type(fileFormats[format].type)
        .header('content-disposition', `attachment; filename="${exportName(clock.now(), format)}"`)
        .send(exportFile(db, filter, format));
    },
  );
}

/** What was exported, for the record of it. Ids instead of addresses: those are of people. */
function filterFacts({ subjects, actors, events, from, to, ...others }: AuditFilter): Readonly<Record<string, string>> {
  const facts = {
    ...others,
    subject: subjects?.join(','),
    actor: actors?.join(','),
    event: events?.join(','),
    from: from === undefined ? undefined : toIso(from),
    to: to === undefined ? undefined : toIso(to),
  };
  return Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined));
}

async function presentChain(db: Database): Promise<AuditChainView> {
  const state = await readChain(db);
  return {
    head: { sequence: state.sequence, hash: state.hash },
    removed: state.removed_sequence === 0 ? null : { sequence: state.removed_sequence, hash: state.removed_hash },
    waiting: await countWaiting(db),
    check:
      state.checked_at === null
        ? null
        : {
            at: toIso(state.checked_at),
            records: state.checked_records ?? 0,
            breaks: state.breaks ?? 0,
            firstBreak: firstBreakIn(state) ?? null,
          },
  };
}
