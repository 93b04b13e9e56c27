import type { components, paths } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { api } from './server.ts';
import { titlesChanged } from './titles.ts';

type Schemas = components['schemas'];
export type SeasonPlan = Schemas['SeasonPlan'];
export type PlannedFile = SeasonPlan['files'][number];
export type EditPreview = Schemas['EditPreview'];
export type ImportPreview = Schemas['ImportPreview'];
type Edits = paths['/api/v1/catalogue/edits']['post']['requestBody']['content']['application/json'];
export type EditChanges = Edits['changes'];

const at = (id: string) => ({ params: { path: { id } } });

/** Which episodes files are, by their names. */
export async function planSeason(titleId: string, files: readonly string[]): Promise<SeasonPlan> {
  return bodyOf(await api.POST('/api/v1/catalogue/titles/{id}/plan', { ...at(titleId), body: { files: [...files] } }));
}

/** Makes the episodes that are not there. Answers all that are named, in their order. */
export async function makeEpisodes(
  titleId: string,
  episodes: { season?: number; number: number; name: string }[],
  seasonName: string,
  key: string,
): Promise<readonly string[]> {
  const params = { ...at(titleId).params, header: { 'idempotency-key': key } };
  const answer = await api.POST('/api/v1/catalogue/titles/{id}/episodes', { params, body: { episodes, seasonName } });
  await titlesChanged();
  return bodyOf(answer).episodes.map((episode) => episode.titleId);
}

/** What a change would do to each of many titles. */
export async function previewEdit(titles: readonly string[], changes: EditChanges): Promise<EditPreview> {
  return bodyOf(await api.POST('/api/v1/catalogue/edits/preview', { body: { titles: [...titles], changes } }));
}

/** @throws ApiError titles_changed when somebody changed one since the preview */
export async function applyEdit(titles: Edits['titles'], changes: EditChanges): Promise<void> {
  await api.POST('/api/v1/catalogue/edits', { body: { titles, changes } });
  await titlesChanged();
}

/** The catalogue, or one series or movie, as a file with its name. */
export async function exportCatalogue(
  format: 'csv' | 'json',
): Promise<{ readonly content: Blob; readonly name: string }> {
  const { data, response } = await api.GET('/api/v1/catalogue/export', {
    params: { query: { format } },
    parseAs: 'blob',
  });
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  return { content: (data as Blob | undefined) ?? new Blob(), name: name ?? `catalogue.${format}` };
}

/** What the server reads a file as. */
function sent(file: File) {
  const isJson = file.name.toLowerCase().endsWith('.json');
  return {
    headers: { 'Content-Type': isJson ? 'application/json' : 'text/csv' },
    // As it is: the server says what is wrong with it.
    bodySerializer: () => file,
  };
}

/** What a file would do to the catalogue. */
export async function previewImport(file: File): Promise<ImportPreview> {
  return bodyOf(await api.POST('/api/v1/catalogue/import/preview', { ...sent(file), body: '' as never }));
}

/** @param seen what the preview of this file answered */
export async function importCatalogue(file: File, seen: string): Promise<Schemas['Imported']> {
  const answer = await api.POST('/api/v1/catalogue/import', {
    ...sent(file),
    params: { query: { seen } },
    body: '' as never,
  });
  await titlesChanged();
  return bodyOf(answer);
}
