import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { ApiError, codeOf, errorFrom, UnreachableError } from '../../../kit/api/problem.ts';
import { addresses } from '../addresses.ts';
import { api, queryClient, tokens } from './server.ts';
import { termsChanged } from './terms.ts';
import { readTitle, titlesChanged } from './titles.ts';
import type {
  MadePicture,
  PictureFrame,
  PictureKind,
  Term,
  TitlePicture,
  TitlePictureKind,
  TitlePictures,
} from './types.ts';

/** The part of a picture that is shown, in pixels of the picture as it is seen. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const keys = {
  ofTitle: (id: string) => ['pictures', 'title', id] as const,
  frames: (id: string) => ['pictures', 'frames', id] as const,
};

const at = (id: string) => ({ params: { path: { id } } });

async function readPictures(titleId: string): Promise<TitlePictures> {
  return bodyOf(await api.GET('/api/v1/catalogue/titles/{id}/pictures', at(titleId)));
}

/** Which pictures a title has, and which it shows of what it is a part of. */
export function useTitlePictures(titleId: string) {
  return useQuery({ queryKey: keys.ofTitle(titleId), queryFn: async () => readPictures(titleId) });
}

/** Frames of the videos of a title and its parts that would make pictures. */
export function useFrames(titleId: string, isWanted: boolean) {
  return useQuery({
    queryKey: keys.frames(titleId),
    queryFn: async ({ signal }): Promise<readonly PictureFrame[]> =>
      bodyOf(await api.GET('/api/v1/catalogue/titles/{id}/frames', { ...at(titleId), signal })).items,
    enabled: isWanted,
  });
}

interface Sending {
  readonly signal: AbortSignal;
  /** A share, 0 to 1, of what has been sent. */
  readonly onProgress: (share: number) => void;
}

/** One try; `fetch` would not say how far it is. @throws ApiError, UnreachableError, AbortError */
async function send(path: string, file: Blob, token: string, { signal, onProgress }: Sending): Promise<unknown> {
  signal.throwIfAborted();
  const request = new XMLHttpRequest();
  const giveUp = () => request.abort();
  signal.addEventListener('abort', giveUp);
  try {
    return await new Promise((resolve, reject) => {
      request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
      request.addEventListener('load', () => {
        const { status, responseText: body } = request;
        if (status === 201) resolve(JSON.parse(body));
        else reject(errorFrom(status, body, request.getResponseHeader('Retry-After')));
      });
      request.addEventListener('error', () => reject(new UnreachableError()));
      request.addEventListener('abort', () => reject(new DOMException(undefined, 'AbortError')));
      request.open('POST', path);
      request.setRequestHeader('Authorization', `Bearer ${token}`);
      // What it is is seen by the server; this says that it is a file.
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.send(file);
    });
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Gives a file as a picture that nothing has yet. @throws ApiError, UnreachableError, AbortError */
export async function uploadPicture(
  kind: PictureKind,
  file: Blob,
  { left, top, width, height }: Part,
  sending: Sending,
): Promise<MadePicture> {
  const query = new URLSearchParams({ kind, crop: [left, top, width, height].join(',') });
  const path = `${addresses.server}/api/v1/catalogue/pictures?${query}`;
  const token = await tokens.token();
  try {
    return (await send(path, file, token, sending)) as MadePicture;
  } catch (error) {
    if (codeOf(error) !== 'unauthenticated') throw error;
    return (await send(path, file, await tokens.renew(token), sending)) as MadePicture;
  }
}

/** Makes a picture, which nothing has yet, of a frame of a video. @throws ApiError, UnreachableError */
export async function pictureOfFrame(
  kind: PictureKind,
  { versionId, chunk }: Pick<PictureFrame, 'versionId' | 'chunk'>,
  crop: Part,
): Promise<MadePicture> {
  const body = { kind, stillVersionId: versionId, chunk, crop };
  return bodyOf(await api.POST('/api/v1/catalogue/pictures/from-frame', { body }));
}

/** The place of a picture: of a kind, for a language or for everybody. */
export interface PicturePlace {
  readonly kind: TitlePictureKind;
  readonly language: string | null;
}

const isAt = (picture: PicturePlace, place: PicturePlace) =>
  picture.kind === place.kind && picture.language === place.language;

/**
 * Gives a title a picture, or none, in one place; the others stay, those as well that somebody else gave it meanwhile.
 * @returns what was there before; null: nothing
 */
export async function putTitlePicture(
  titleId: string,
  place: PicturePlace,
  id: string | null,
): Promise<TitlePicture['id'] | null> {
  for (let attempt = 1; ; attempt += 1) {
    const { revision } = await readTitle(titleId);
    const { items } = await readPictures(titleId);
    const others = items.filter((each) => !isAt(each, place));
    const pictures = [...others, ...(id === null ? [] : [{ ...place, id }])].map((each) => ({
      kind: each.kind,
      language: each.language,
      id: each.id,
    }));
    try {
      await api.PUT('/api/v1/catalogue/pictures', { body: { titles: [{ titleId, revision, pictures }] } });
      await Promise.all([queryClient.invalidateQueries({ queryKey: ['pictures', 'title'] }), titlesChanged()]);
      return items.find((each) => isAt(each, place))?.id ?? null;
    } catch (error) {
      if (codeOf(error) !== 'title_changed' || attempt === 3) throw error;
    }
  }
}

/** Gives a person a portrait, or none; whatever else somebody changed meanwhile stays. */
export async function putPortrait({ id, revision }: Term, portrait: string | null): Promise<void> {
  const put = async (as: number) =>
    api.PUT('/api/v1/catalogue/pictures', { body: { people: [{ personId: id, revision: as, portrait }] } });
  try {
    await put(revision);
  } catch (error) {
    const now = error instanceof ApiError && error.code === 'term_changed' ? error.extras['revision'] : undefined;
    if (typeof now !== 'number') throw error;
    await put(now);
  } finally {
    await termsChanged();
  }
}
