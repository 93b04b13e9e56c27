import { Type } from 'typebox';
import { identityOf } from '../../server/http/access.ts';
import type { HttpApp } from '../../server/http/http-app.ts';
import { callerOf } from '../../server/http/writes/audit.ts';
import { toIso } from '../../server/kit/clock.ts';
import { answer, reference } from '../schemas.ts';
import type { Copies } from './copies.ts';
import { copyParams, dataCopiesSchema, dataCopySchema, downloadSchema, fileQuery, presentCopy } from './schemas.ts';

const tags = ['personal data'];
const own = { access: { may: 'account.manage-own' }, notForKids: true } as const;
const stepUp = { withinSeconds: 15 * 60 } as const;
const proofNote = 'Asks for a proof given within 15 minutes (403 `step_up_required`).';

/**
 * Copies of one's own data.
 * @param basePath what the public address has before `/api`
 */
export function registerCopyRoutes(app: HttpApp, copies: Copies, basePath: string): void {
  for (const schema of [dataCopySchema, dataCopiesSchema, downloadSchema]) app.addSchema(schema);

  app.post(
    '/api/v1/accounts/me/data-copies',
    {
      config: { ...own, stepUp, audit: 'data-copy.asked' },
      schema: {
        operationId: 'askForDataCopy',
        summary: 'Have a file made with everything that is known of the account',
        tags,
        description: `One at a time (409 \`data_copy_under_way\`), three within a day (429). A mail says when it is ready; it is kept for a week. ${proofNote}`,
        response: { 202: answer('It is being made.', reference(dataCopySchema)) },
      },
    },
    async (request, reply) => reply.code(202).send(presentCopy(await copies.ask(callerOf(request)))),
  );

  app.get(
    '/api/v1/accounts/me/data-copies',
    {
      config: own,
      schema: {
        operationId: 'listDataCopies',
        summary: 'The copies of the own data that there are',
        tags,
        response: { 200: answer('All of them.', reference(dataCopiesSchema)) },
      },
    },
    async (request) => ({ items: (await copies.list(identityOf(request).accountId)).map(presentCopy) }),
  );

  app.post(
    '/api/v1/accounts/me/data-copies/:id/download',
    {
      config: {
        ...own,
        stepUp,
        limits: [{ per: 'account', points: 30, seconds: 3600, what: 'downloads' }],
        audit: 'data-copy.downloaded',
      },
      schema: {
        operationId: 'downloadDataCopy',
        summary: 'An address of the file, valid for a minute',
        tags,
        params: copyParams,
        description: `The mail has no such address: who reads somebody's mail would have everything else as well, without a second factor. ${proofNote}`,
        response: { 200: answer('The address.', reference(downloadSchema)) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { token, expiresAt } = await copies.download(callerOf(request), id);
      return { url: `${basePath}/api/v1/data-copies/${id}/file?token=${token}`, expiresAt: toIso(expiresAt) };
    },
  );

  app.get(
    '/api/v1/data-copies/:id/file',
    {
      // The token is the proof: browsers send no other when they follow an address.
      config: { access: 'public', limits: [{ per: 'address', points: 120, seconds: 3600, what: 'downloads' }] },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getDataCopyFile',
        summary: 'The file of such an address',
        tags,
        params: copyParams,
        querystring: fileQuery,
        response: {
          200: {
            description: 'The file.',
            headers: { 'content-disposition': Type.String({ description: 'Its name.' }) },
            content: { 'application/json': { schema: Type.Unsafe<NodeJS.ReadableStream>({ type: 'string' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const { stream, bytes, at } = await copies.open(request.params.id, request.query.token);
      return reply
        .type('application/json; charset=utf-8')
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="my-data-${toIso(at).slice(0, 10)}.json"`)
        .header('cache-control', 'no-store')
        .header('x-content-type-options', 'nosniff')
        .send(stream);
    },
  );
}
