import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { paths } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { codeOf } from '../../../kit/api/problem.ts';
import { newKey } from '../../../kit/api/new-key.ts';
import { api, queryClient } from './server.ts';
import { readTitle } from './titles.ts';
import type { CreditRole, Term, TermKind, TitleTerm } from './types.ts';

type Terms = paths['/api/v1/catalogue/terms'];
export type NewTerm = Terms['post']['requestBody']['content']['application/json'];
export type TermChange = paths['/api/v1/catalogue/terms/{id}']['patch']['requestBody']['content']['application/json'];

const keys = {
  all: ['terms'] as const,
  list: (kind: TermKind, search: string) => ['terms', 'list', kind, search] as const,
  found: (kind: TermKind, search: string) => ['terms', 'found', kind, search] as const,
  ofTitle: (id: string) => ['terms', 'title', id] as const,
};

const pageSize = 50;

/** Categories in their order, tags or people by their names, page by page. */
export function useTerms(kind: TermKind, search: string) {
  return useInfiniteQuery({
    queryKey: keys.list(kind, search),
    queryFn: async ({ pageParam, signal }) =>
      bodyOf(
        await api.GET('/api/v1/catalogue/terms', {
          params: {
            query: {
              kind,
              limit: pageSize,
              ...(search !== '' && { search }),
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

/** All categories, in their order. */
export function useCategories() {
  return useQuery({
    queryKey: keys.list('category', 'all'),
    queryFn: async ({ signal }) => {
      const all: Term[] = [];
      let cursor: string | null = null;
      do {
        const query = { kind: 'category' as const, limit: 100, ...(cursor !== null && { cursor }) };
        const page: { items: Term[]; nextCursor: string | null } = bodyOf(
          await api.GET('/api/v1/catalogue/terms', { params: { query }, signal }),
        );
        all.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return all;
    },
  });
}

/** Some of a kind with a text in their name, to choose from. */
export function useTermSearch(kind: TermKind, search: string, isWanted: boolean) {
  return useQuery({
    queryKey: keys.found(kind, search),
    queryFn: async ({ signal }) =>
      bodyOf(
        await api.GET('/api/v1/catalogue/terms', {
          params: { query: { kind, limit: 20, ...(search !== '' && { search }) } },
          signal,
        }),
      ).items,
    enabled: isWanted,
    placeholderData: keepPreviousData,
  });
}

/** What a title has, in its order. */
export function useTitleTerms(titleId: string) {
  return useQuery({ queryKey: keys.ofTitle(titleId), queryFn: async () => readTitleTerms(titleId) });
}

const at = (id: string) => ({ params: { path: { id } } });

async function readTitleTerms(titleId: string): Promise<TitleTerm[]> {
  return bodyOf(await api.GET('/api/v1/catalogue/titles/{id}/terms', at(titleId))).items;
}

export const termsChanged = async () => queryClient.invalidateQueries({ queryKey: keys.all });

export async function createTerm(body: NewTerm): Promise<Term> {
  const params = { header: { 'idempotency-key': newKey() } };
  const term = bodyOf(await api.POST('/api/v1/catalogue/terms', { params, body }));
  await termsChanged();
  return term;
}

/** @throws ApiError term_changed when somebody else changed it meanwhile */
export async function changeTerm(id: string, body: TermChange): Promise<void> {
  try {
    await api.PATCH('/api/v1/catalogue/terms/{id}', { ...at(id), body });
  } finally {
    await termsChanged();
  }
}

export async function deleteTerm(id: string): Promise<void> {
  await api.DELETE('/api/v1/catalogue/terms/{id}', at(id));
  await termsChanged();
}

/** Puts all categories in an order; what is shown is in it at once, and goes back when it is refused. */
export async function orderCategories(categories: readonly Term[]): Promise<void> {
  const key = keys.list('category', 'all');
  await queryClient.cancelQueries({ queryKey: key });
  queryClient.setQueryData(key, [...categories]);
  try {
    await api.PUT('/api/v1/catalogue/category-order', { body: { terms: categories.map(({ id }) => id) } });
  } finally {
    await termsChanged();
  }
}

/** The form in which the API takes what a title has. */
const given = ({ id, role, part }: TitleTerm): { id: string; role?: CreditRole; part?: string | null } => ({
  id,
  ...(role && { role, part }),
});

/**
 * Changes what a title has. It is said as a change of what is there, so that it can be done once more to what somebody
 * else has put there meanwhile.
 */
export async function changeTitleTerms(
  titleId: string,
  change: (terms: readonly TitleTerm[]) => readonly TitleTerm[],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { revision } = await readTitle(titleId);
    const terms = change(await readTitleTerms(titleId)).map(given);
    try {
      const { items } = bodyOf(
        await api.PUT('/api/v1/catalogue/titles/{id}/terms', { ...at(titleId), body: { revision, terms } }),
      );
      queryClient.setQueryData(keys.ofTitle(titleId), items);
      await readTitle(titleId);
      return;
    } catch (error) {
      if (codeOf(error) !== 'title_changed' || attempt === 3) throw error;
    }
  }
}
