import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { HttpApp } from '../../server/http/http-app.ts';
import { builtFolder, webApps, type WebApp } from './apps.ts';

/** Where a build puts all but its page, below the app's path (`kit/build/vite.ts` says the same). */
const filesFolder = 'static';

/**
 * The page as it was built, with the addresses that it asks for first: the build writes them from `./` on, for it does
 * not know below which path it will be served, and a page of the app may be any number of folders deep. What these
 * files ask for in turn they find beside them. A `<base>` would do the same to links within a page (`#content`).
 */
const pageAt = (page: string, folder: string) => page.replaceAll(/\b(src|href)="\.\//g, `$1="${folder}`);

/**
 * The web apps. What a build named after its content is kept by browsers for a year, pages are asked for again each
 * time.
 * @param base the path in front of all addresses, without a slash at the end (`publicPath`)
 * @param root the folder that has the apps, when it is not this one
 */
export async function registerWebRoutes(app: HttpApp, base: string, root?: string): Promise<void> {
  await app.register(fastifyStatic, { serve: false });
  for (const webApp of webApps) registerApp(app, webApp, base, builtFolder(webApp, root));
}

function registerApp(app: HttpApp, { name, at, pages }: WebApp, base: string, built: string): void {
  const config = { access: 'public' } as const;
  const folder = `${base}${at}/`;
  const sendPage = async (reply: FastifyReply) => {
    const page = await readFile(path.join(built, 'index.html'), 'utf8').catch(() => undefined);
    if (page === undefined)
      return reply
        .code(503)
        .header('cache-control', 'no-store')
        .type('text/plain; charset=utf-8')
        .send(`The ${name} app is not built. Build it with: npm run build:web\n`);
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(pageAt(page, folder));
  };

  // The app's own address of its first page has no slash, and a query that says what it shows.
  if (at !== '')
    app.get(at, { config }, async ({ url }, reply) =>
      reply.redirect(`${folder}${url.includes('?') ? url.slice(url.indexOf('?')) : ''}`, 302),
    );
  for (const page of pages) app.get(`${at}${page}`, { config }, async (_request, reply) => sendPage(reply));
  app.get<{ Params: { '*': string } }>(`${at}/${filesFolder}/*`, { config }, async (request, reply) =>
    reply.sendFile(request.params['*'], path.join(built, filesFolder), {
      dotfiles: 'ignore',
      maxAge: '365d',
      immutable: true,
    }),
  );
}
