import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { paths } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { addressOf, type CatalogueView } from '../catalogue/view.ts';
import { api, queryClient } from './server.ts';
import type { CatalogueTitle, TitleKind, TitleStep, TitleSummary } from './types.ts';

type Titles = paths['/api/v1/catalogue/titles'];
type Title = paths['/api/v1/catalogue/titles/{id}'];
export type NewTitle = Titles['post']['requestBody']['content']['application/json'];
export type TitleChange = Title['patch']['requestBody']['content']['application/json'];
export type TitlesFromVideos =
  paths['/api/v1/catalogue/titles-from-videos']['post']['requestBody']['content']['application/json'];
export type GivenReleases =
  paths['/api/v1/catalogue/titles/{id}/releases']['put']['requestBody']['content']['application/json']['releases'];

export const titleKeys = {
  all: ['titles'] as const,
  lists: ['titles', 'list'] as const,
  list: (view: CatalogueView) => ['titles', 'list', 'roots', addressOf(view).toString()] as const,
  search: (search: string) => ['titles', 'list', 'search', search] as const,
  parts: (parentId: string, kind: TitleKind) => ['titles', 'list', 'parts', parentId, kind] as const,
  unpublished: (id: string) => ['titles', 'list', 'unpublished', id] as const,
  withVideo: (assetId: string) => ['titles', 'list', 'video', assetId] as const,
  one: (id: string) => ['titles', 'one', id] as const,
};

/** The most that the API gives at once. */
const largestPage = 100;
/** The most titles that are taken one step on in one request. */
const mostSteps = 200;

/** Series and movies of a view, page by page. Those of the view before stay until the new ones are there. */
export function useCatalogue(view: CatalogueView) {
  return useInfiniteQuery({
    queryKey: titleKeys.list(view),
    queryFn: async ({ pageParam, signal }) =>
      bodyOf(
        await api.GET('/api/v1/catalogue/titles', {
          params: {
            query: {
              limit: largestPage,
              ...(view.kind ? { kind: view.kind } : { isRoot: true }),
              ...(view.state && { state: view.state }),
              ...(view.language !== undefined && { language: view.language }),
              ...(view.category !== undefined && { term: view.category }),
              ...(view.missing && { missing: view.missing }),
              ...(view.isDeleted && { deleted: true }),
              ...(view.search !== '' && { search: view.search }),
              ...(pageParam !== null && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** Some series and movies with a text in their name, to choose from. */
export function useTitleSearch(search: string, isWanted: boolean) {
  return useQuery({
    queryKey: titleKeys.search(search),
    queryFn: async ({ signal }) =>
      bodyOf(
        await api.GET('/api/v1/catalogue/titles', {
          params: { query: { limit: 20, isRoot: true, ...(search !== '' && { search }) } },
          signal,
        }),
      ).items,
    enabled: isWanted,
    placeholderData: keepPreviousData,
  });
}

/** The title that has a video; null when none has. */
export function useTitleOfVideo(assetId: string, isWanted: boolean) {
  return useQuery({
    queryKey: titleKeys.withVideo(assetId),
    queryFn: async ({ signal }) =>
      bodyOf(await api.GET('/api/v1/catalogue/titles', { params: { query: { limit: 1, assetId } }, signal }))
        .items[0] ?? null,
    enabled: isWanted,
  });
}

/** How often to look whether what was uploaded has become the video of a title. */
const arrivalMs = 3_000;

/**
 * All of one kind in a title, in the order of their numbers.
 * @param awaitsVideos whether files are on their way that become their videos
 */
export function useParts(parentId: string | undefined, kind: TitleKind, awaitsVideos = false) {
  return useQuery({
    queryKey: titleKeys.parts(parentId ?? '', kind),
    queryFn: async ({ signal }) => {
      const parts: TitleSummary[] = [];
      let cursor: string | null = null;
      do {
        const query = { limit: largestPage, kind, parentId: parentId ?? '', ...(cursor !== null && { cursor }) };
        const page: { items: TitleSummary[]; nextCursor: string | null } = bodyOf(
          await api.GET('/api/v1/catalogue/titles', { params: { query }, signal }),
        );
        parts.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return parts;
    },
    enabled: parentId !== undefined,
    refetchInterval: ({ state: { data } }) =>
      awaitsVideos && data?.some(({ assetId }) => assetId === null) ? arrivalMs : false,
  });
}

/** The parts of a title, and theirs, that are not published; none when there are more than one request takes. */
export function useUnpublished({ id, kind, rootId }: CatalogueTitle): readonly string[] {
  const { data = [] } = useQuery({
    queryKey: titleKeys.unpublished(id),
    queryFn: async ({ signal }) => {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const query = {
          limit: largestPage,
          isRoot: false,
          ...(kind === 'series' ? { rootId } : { parentId: id }),
          ...(cursor !== null && { cursor }),
        };
        const page: { items: TitleSummary[]; nextCursor: string | null } = bodyOf(
          await api.GET('/api/v1/catalogue/titles', { params: { query }, signal }),
        );
        ids.push(...page.items.filter(({ state }) => state !== 'published').map((part) => part.id));
        cursor = page.nextCursor;
      } while (cursor !== null && ids.length < mostSteps);
      return ids.length < mostSteps ? ids : [];
    },
    enabled: kind === 'series' || kind === 'season',
  });
  return data;
}

const at = (id: string) => ({ params: { path: { id } } });

export const titleQuery = (id: string) =>
  queryOptions({
    queryKey: titleKeys.one(id),
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/catalogue/titles/{id}', { ...at(id), signal })),
  });

/** One title, as staff see it. @param id undefined while there is none */
export function useTitle(id: string | undefined) {
  return useQuery({ ...titleQuery(id ?? ''), enabled: id !== undefined });
}

/** The title as the server has it now, whatever was read before. */
export async function readTitle(id: string): Promise<CatalogueTitle> {
  return queryClient.fetchQuery({ ...titleQuery(id), staleTime: 0 });
}

/** What was read may be old: a title tells of its parts, and they of it. */
export async function titlesChanged(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: titleKeys.all });
}

function took(title: CatalogueTitle): CatalogueTitle {
  queryClient.setQueryData(titleKeys.one(title.id), title);
  void queryClient.invalidateQueries({ queryKey: titleKeys.lists });
  return title;
}

/** @param key makes the request one that is done once */
export async function createTitle(body: NewTitle, key: string): Promise<CatalogueTitle> {
  const header = { 'idempotency-key': key };
  return took(bodyOf(await api.POST('/api/v1/catalogue/titles', { params: { header }, body })));
}

/** Episodes of a season, as drafts; those that are there already stay as they are. */
export async function addEpisodes(
  seasonId: string,
  episodes: { number: number; name: string }[],
  key: string,
): Promise<void> {
  const params = { ...at(seasonId).params, header: { 'idempotency-key': key } };
  await api.POST('/api/v1/catalogue/titles/{id}/episodes', { params, body: { episodes } });
  await titlesChanged();
}

/** The title of each video, in their order: made, unless it has one. */
export async function makeTitlesFromVideos(body: TitlesFromVideos) {
  try {
    return bodyOf(await api.POST('/api/v1/catalogue/titles-from-videos', { body })).items;
  } finally {
    await titlesChanged();
  }
}

/** @throws ApiError title_changed when somebody else changed it meanwhile */
export async function changeTitle(id: string, body: TitleChange): Promise<CatalogueTitle> {
  return took(bodyOf(await api.PATCH('/api/v1/catalogue/titles/{id}', { ...at(id), body })));
}

/** @throws ApiError title_changed when somebody else changed it meanwhile */
export async function putReleases(id: string, revision: number, releases: GivenReleases): Promise<void> {
  took(bodyOf(await api.PUT('/api/v1/catalogue/titles/{id}/releases', { ...at(id), body: { revision, releases } })));
  await titlesChanged();
}

/** All of them, or none when one is refused. */
export async function stepTitles(step: TitleStep, titles: readonly string[]): Promise<void> {
  try {
    await api.POST('/api/v1/catalogue/steps', { body: { step, titles: [...titles] } });
  } finally {
    await titlesChanged();
  }
}

export async function orderParts(parentId: string, kind: TitleKind, titles: readonly string[]): Promise<void> {
  await api.PUT('/api/v1/catalogue/titles/{id}/order', { ...at(parentId), body: { kind, titles: [...titles] } });
}

export async function deleteTitle(id: string): Promise<void> {
  await api.DELETE('/api/v1/catalogue/titles/{id}', at(id));
  await titlesChanged();
}

export async function restoreTitle(id: string): Promise<void> {
  took(bodyOf(await api.POST('/api/v1/catalogue/titles/{id}/restore', at(id))));
  await titlesChanged();
}
