import { useQuery } from '@tanstack/react-query';
import type { paths } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { api, queryClient } from './server.ts';
import type { Cue, Subtitles, TitleTracks } from './types.ts';

type OfTitle = paths['/api/v1/catalogue/titles/{id}/subtitles']['post']['requestBody']['content']['application/json'];
type One = paths['/api/v1/catalogue/subtitles/{id}'];
export type CueChanges =
  paths['/api/v1/catalogue/subtitles/{id}/cues']['patch']['requestBody']['content']['application/json'];
/** What is said about subtitles, besides their texts. */
export type SubtitlesChange = One['patch']['requestBody']['content']['application/json'];
export type NewSubtitles = Omit<OfTitle, 'content' | 'encoding'>;
/** What the file was that subtitles were made of. */
export type ReadFile = NonNullable<Awaited<ReturnType<typeof addSubtitles>>['file']>;

const trackKeys = { one: (titleId: string) => ['tracks', titleId] as const };
/** How often to look while workers are at it. */
const workMs = 1500;
/** The most texts that the API gives at once. */
const cuesAPage = 1000;
/** Somebody else may be changing them while they are read. */
const mostReadings = 5;
/** What files of subtitles may be at most, in bytes; the server says the same. */
export const mostFileBytes = 2 * 1024 * 1024;

const at = (id: string) => ({ params: { path: { id } } });

function isAtWork({ publication, found }: TitleTracks): boolean {
  return publication === 'waiting' || found.some(({ state }) => state === 'waiting');
}

/** The audio and the subtitles of a title, and what its video brings along. */
export function useTracks(titleId: string) {
  return useQuery({
    queryKey: trackKeys.one(titleId),
    queryFn: async ({ signal }) =>
      bodyOf(await api.GET('/api/v1/catalogue/titles/{id}/tracks', { ...at(titleId), signal })),
    refetchInterval: ({ state: { data } }) => (data && isAtWork(data) ? workMs : false),
  });
}

/** Asks again for the tracks of a title. */
export async function tracksChanged(titleId: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: trackKeys.one(titleId) });
}

function took(tracks: TitleTracks): void {
  queryClient.setQueryData(trackKeys.one(tracks.titleId), tracks);
}

/** Bytes as base 64, in pieces: a long list of arguments does not fit. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += 8192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}

const contentOf = async (file: File) => base64(new Uint8Array(await file.arrayBuffer()));

/** Gives a title subtitles, from a file or empty. @throws ApiError, e.g. 422 with the line that cannot be read */
export async function addSubtitles(titleId: string, given: NewSubtitles, file: File | undefined) {
  const body = { ...given, ...(file && { content: await contentOf(file) }) };
  const made = bodyOf(await api.POST('/api/v1/catalogue/titles/{id}/subtitles', { ...at(titleId), body }));
  await tracksChanged(titleId);
  return made;
}

export async function changeSubtitles({ id, titleId }: Subtitles, body: SubtitlesChange): Promise<void> {
  try {
    await api.PATCH('/api/v1/catalogue/subtitles/{id}', { ...at(id), body });
  } finally {
    await tracksChanged(titleId);
  }
}

export async function deleteSubtitles({ id, titleId, revision }: Subtitles): Promise<void> {
  try {
    await api.DELETE('/api/v1/catalogue/subtitles/{id}', { params: { path: { id }, query: { revision } } });
  } finally {
    await tracksChanged(titleId);
  }
}

/** Asks for subtitles to be made of a track of the uploaded video. */
export async function takeOver(titleId: string, assetId: string, stream: number): Promise<void> {
  took(
    bodyOf(
      await api.POST('/api/v1/catalogue/titles/{id}/subtitles/found', { ...at(titleId), body: { assetId, stream } }),
    ),
  );
}

/** Says which audio tracks viewers get: all but these. */
export async function switchAudio(titleId: string, assetId: string, off: readonly number[]): Promise<void> {
  took(
    bodyOf(await api.PUT('/api/v1/catalogue/titles/{id}/audio', { ...at(titleId), body: { assetId, off: [...off] } })),
  );
}

/** Subtitles as a file, and what it is called. */
export async function downloadSubtitles({ id, language }: Subtitles, format: 'vtt' | 'srt'): Promise<File> {
  const answer = await api.GET('/api/v1/catalogue/subtitles/{id}/file', {
    params: { path: { id }, query: { format } },
    parseAs: 'blob',
  });
  return new File([answer.data as unknown as Blob], `${language}.${format}`);
}

/** All texts of subtitles. */
export interface CueReading {
  readonly cues: readonly Cue[];
  readonly revision: number;
}

export async function readCues(id: string): Promise<CueReading> {
  for (let reading = 1; ; reading += 1) {
    const cues: Cue[] = [];
    let cursor: string | null = null;
    let revision: number | undefined;
    let isWhole = true;
    do {
      const query = { limit: cuesAPage, ...(cursor !== null && { cursor }) };
      const page: { items: Cue[]; nextCursor: string | null; revision: number } = bodyOf(
        await api.GET('/api/v1/catalogue/subtitles/{id}/cues', { params: { path: { id }, query } }),
      );
      revision ??= page.revision;
      isWhole = page.revision === revision;
      cues.push(...page.items);
      cursor = page.nextCursor;
    } while (isWhole && cursor !== null);
    // Pages of different moments do not fit together. What is read last is refused at the first change if it is old.
    if (isWhole || reading === mostReadings) return { cues, revision };
  }
}

export async function readSubtitles(id: string): Promise<Subtitles> {
  return bodyOf(await api.GET('/api/v1/catalogue/subtitles/{id}', at(id)));
}

/** Changes texts; viewers get them when somebody publishes them. */
export async function changeCues(id: string, body: CueChanges) {
  return bodyOf(await api.PATCH('/api/v1/catalogue/subtitles/{id}/cues', { ...at(id), body }));
}

/** Moves all texts in time. */
export async function shiftCues(id: string, revision: number, byMs: number): Promise<void> {
  await api.POST('/api/v1/catalogue/subtitles/{id}/shift', { ...at(id), body: { revision, byMs, publish: false } });
}

export async function publishSubtitles(id: string, revision: number): Promise<void> {
  const { titleId } = bodyOf(
    await api.POST('/api/v1/catalogue/subtitles/{id}/publish', { ...at(id), body: { revision } }),
  );
  await tracksChanged(titleId);
}
