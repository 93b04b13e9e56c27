import { access } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { HttpApp } from '../../server/http/http-app.ts';

const notBuilt = 'The dashboard is not built. Build it with: npm run build:dashboard\n';

/**
 * The dashboard's files at `/dashboard/`. What its build named after its content is kept by browsers for a year, pages
 * are asked for again each time. Every path that is not a file is the app's own (its router reads it).
 * @param root the folder that the build writes
 */
export async function registerDashboardRoutes(
  app: HttpApp,
  root = path.join(import.meta.dirname, 'dashboard', 'dist'),
): Promise<void> {
  const config = { access: 'public' } as const;
  await app.register(fastifyStatic, { serve: false });

  const isBuilt = async () =>
    access(path.join(root, 'index.html')).then(
      () => true,
      () => false,
    );
  const sendPage = (reply: FastifyReply) =>
    reply.header('cache-control', 'no-cache').sendFile('index.html', root, { cacheControl: false });

  app.get('/', { config }, async (_request, reply) => reply.redirect('/dashboard/', 302));
  // The app's own address of its first page has no slash, and a query that says what it shows.
  app.get('/dashboard', { config }, async ({ url }, reply) =>
    reply.redirect(`/dashboard/${url.includes('?') ? url.slice(url.indexOf('?')) : ''}`, 302),
  );
  app.get<{ Params: { '*': string } }>('/dashboard/*', { config }, async (request, reply) => {
    if (!(await isBuilt()))
      return reply.code(503).header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(notBuilt);
    const file = request.params['*'];
    if (!(file.split('/').at(-1) ?? '').includes('.')) return sendPage(reply);
    if (file === 'index.html') return sendPage(reply);
    const isHashed = file.startsWith('assets/');
    return reply.sendFile(file, root, {
      dotfiles: 'ignore',
      ...(isHashed ? { maxAge: '365d', immutable: true } : { maxAge: '1h' }),
    });
  });
}
