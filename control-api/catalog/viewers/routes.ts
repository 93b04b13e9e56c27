import type { FastifyRequest } from 'fastify';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { replaysOf } from '../../../server/http/replays.ts';
import { answer, reference } from '../../schemas.ts';
import type { Answers } from './answers.ts';
import type { Readers } from './readers.ts';
import type { ReleasedTitles } from './reading.ts';
import {
  cardPageSchema,
  categoriesSchema,
  episodesQuery,
  homeSchema,
  newestQuery,
  releasedParams,
  releasedSchemas,
  releasedTitleSchema,
  shownTermParams,
  shownTermSchema,
  slugParams,
} from './schemas.ts';

export interface ViewerParts {
  readonly released: ReleasedTitles;
  readonly readers: Readers;
  readonly answers: Answers;
}

const config = { access: 'optional' } as const;
const tags = ['titles'];
const whatThereIs =
  'Only what is released for the region of the caller, within the maturity limit of their profile; for all else it is as if it did not exist. Answers have an `ETag`.';

/** The catalogue for viewers, and for those who have not signed in yet. */
export function registerViewerRoutes(app: HttpApp, { released, readers, answers }: ViewerParts): void {
  for (const schema of releasedSchemas) app.addSchema(schema);
  const onSend = answers.keeper(replaysOf(app));
  const readerOf = (request: FastifyRequest) => readers.of(request);

  app.get(
    '/api/v1/home',
    {
      config,
      onSend,
      schema: {
        operationId: 'getHome',
        summary: 'What the home page shows: what comes first, what is new, and the newest of each category',
        tags,
        description: whatThereIs,
        response: { 200: answer('Cards, row by row.', reference(homeSchema)) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request);
      return answers.answer(request, reply, reader, () => released.home(reader));
    },
  );

  app.get(
    '/api/v1/titles',
    {
      config,
      onSend,
      schema: {
        operationId: 'listTitles',
        summary: 'Series and movies, those that were released last first',
        tags,
        querystring: newestQuery,
        description: whatThereIs,
        response: { 200: answer('A page of cards.', reference(cardPageSchema)) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request);
      return answers.answer(request, reply, reader, () => released.newest(request.query, reader));
    },
  );

  app.get(
    '/api/v1/titles/:id',
    {
      config,
      onSend,
      schema: {
        operationId: 'getTitle',
        summary: 'A title, with its seasons, trailers and extras',
        tags,
        params: releasedParams,
        description: whatThereIs,
        response: { 200: answer('The title.', reference(releasedTitleSchema)) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request);
      return answers.answer(request, reply, reader, () => released.get(request.params.id, reader));
    },
  );

  app.get(
    '/api/v1/titles-by-slug/:slug',
    {
      config,
      onSend,
      schema: {
        operationId: 'getTitleBySlug',
        summary: 'A title by its address',
        tags,
        params: slugParams,
        description: `An address that it had once finds it as well: then its \`slug\` is another one, to which pages redirect. ${whatThereIs}`,
        response: { 200: answer('The title.', reference(releasedTitleSchema)) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request);
      return answers.answer(request, reply, reader, () => released.bySlug(request.params.slug, reader));
    },
  );

  app.get(
    '/api/v1/titles/:id/episodes',
    {
      config,
      onSend,
      schema: {
        operationId: 'listEpisodes',
        summary: 'The episodes of a season, in the order of their numbers',
        tags,
        params: releasedParams,
        querystring: episodesQuery,
        description: whatThereIs,
        response: { 200: answer('A page of cards.', reference(cardPageSchema)) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request);
      return answers.answer(request, reply, reader, () => released.episodes(request.params.id, request.query, reader));
    },
  );

  app.get(
    '/api/v1/categories',
    {
      config,
      onSend,
      schema: {
        operationId: 'listCategories',
        summary: 'Categories with something in them, in their order',
        tags,
        description: whatThereIs,
        response: { 200: answer('All of them.', reference(categoriesSchema)) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request);
      return answers.answer(request, reply, reader, () => released.categories(reader));
    },
  );

  app.get(
    '/api/v1/terms/:id',
    {
      config,
      onSend,
      schema: {
        operationId: 'getTerm',
        summary: 'A category, a tag or a person; `GET /titles?term=` lists its titles',
        tags,
        params: shownTermParams,
        description: whatThereIs,
        response: { 200: answer('The category, tag or person.', reference(shownTermSchema)) },
      },
    },
    async (request, reply) => {
      const reader = await readerOf(request);
      return answers.answer(request, reply, reader, () => released.term(request.params.id, reader));
    },
  );
}
