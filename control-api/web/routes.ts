import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { HttpApp } from '../../server/http/http-app.ts';

const notBuilt = 'The dashboard is not built. Build it with: npm run build:dashboard\n';

/**
 * The page as it was built, with the addresses that it asks for first: the build writes them from `./` on, for it does
 * not know below which path it will be served, and a page of the app may be any number of folders deep. What these
 * files ask for in turn they find beside them. A `<base>` would do the same to links within a page (`#content`).
 */
const pageAt = (page: string, folder: string) => page.replaceAll(/\b(src|href)="\.\//g, `$1="${folder}`);

/**
 * The dashboard's files at `/dashboard/`. What its build named after its content is kept by browsers for a year, pages
 * are asked for again each time. Every path that is not a file is the app's own (its router reads it).
 * @param base the path in front of all addresses, without a slash at the end (`publicPath`)
 * @param root the folder that the build writes
 */
export async function registerDashboardRoutes(
  app: HttpApp,
  base: string,
  root = path.join(import.meta.dirname, 'dashboard', 'dist'),
): Promise<void> {
  const config = { access: 'public' } as const;
  await app.register(fastifyStatic, { serve: false });

  const dashboard = `${base}/dashboard/`;
  const sendPage = async (reply: FastifyReply) => {
    const page = await readFile(path.join(root, 'index.html'), 'utf8').catch(() => undefined);
    if (page === undefined)
      return reply.code(503).header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(notBuilt);
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(pageAt(page, dashboard));
  };

  app.get('/', { config }, async (_request, reply) => reply.redirect(dashboard, 302));
  // The app's own address of its first page has no slash, and a query that says what it shows.
  app.get('/dashboard', { config }, async ({ url }, reply) =>
    reply.redirect(`${dashboard}${url.includes('?') ? url.slice(url.indexOf('?')) : ''}`, 302),
  );
  app.get<{ Params: { '*': string } }>('/dashboard/*', { config }, async (request, reply) => {
    const file = request.params['*'];
    if (file === 'index.html' || !(file.split('/').at(-1) ?? '').includes('.')) return sendPage(reply);
    const isHashed = file.startsWith('assets/');
    return reply.sendFile(file, root, {
      dotfiles: 'ignore',
      ...(isHashed ? { maxAge: '365d', immutable: true } : { maxAge: '1h' }),
    });
  });
}
