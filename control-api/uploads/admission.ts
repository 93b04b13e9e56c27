import type { Config } from '../../config/schema.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { isId } from '../../server/kit/ids.ts';
import { displayText } from '../display-text.ts';
import { notAVideo, withoutVideoExtension } from './file-kinds.ts';
import { uploadProblems } from './problems.ts';
import { largestFile } from './quota.ts';

/** What a client says about the file it wants to send. */
export interface Declaration {
  /** As it will be shown. */
  readonly filename: string;
  readonly type: string;
  readonly bytes: number;
  /** The title whose video it is to become; undefined when it is for none. */
  readonly destination: Destination | undefined;
}

/** A title that a file is meant for. */
export interface Destination {
  readonly titleId: string;
  /** Whether it may take the place of the video that the title has. */
  readonly replaces: boolean;
}

/** A name that may be shown anywhere (see `displayText`): the last part of a path, at most 255 characters. */
export function displayName(name: string): string {
  const shortened = displayText(name.split(/[/\\]/).at(-1) ?? '', 255);
  return shortened === '' || /^\.+$/.test(shortened) ? 'untitled' : shortened;
}

/** The first title of an asset: the name of its file, without the extension of a video. */
export function titleOf(filename: string): string {
  return withoutVideoExtension(filename).trim() || filename;
}

/**
 * Reads tus metadata (`Upload-Metadata`): `filename` or `name`, `filetype` or `type`; `titleId`, with `replace` where the
 * title may have a video already.
 * @throws ProblemError not_found when it names a title as no title is named
 */
export function readDeclaration(
  metadata: Readonly<Record<string, string | null>> | undefined,
  bytes: number,
): Declaration {
  const type =
    (metadata?.['filetype'] ?? metadata?.['type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ||
    'application/octet-stream';
  const filename = displayName(metadata?.['filename'] ?? metadata?.['name'] ?? '');
  return { filename, type: type.slice(0, 255), bytes, destination: readDestination(metadata) };
}

function readDestination(metadata: Readonly<Record<string, string | null>> | undefined): Destination | undefined {
  const titleId = metadata?.['titleId'];
  if (titleId === undefined || titleId === null) return undefined;
  if (!isId('title', titleId)) throw new ProblemError('not_found', 'There is no such title.');
  return { titleId, replaces: metadata?.['replace'] === 'true' };
}

/**
 * Judges a declaration by itself.
 * @throws ProblemError upload_too_large, upload_type_not_allowed
 */
export function checkDeclaration(declaration: Declaration, config: Config['uploads']): void {
  const { filename, type, bytes } = declaration;
  const maxBytes = largestFile(config);
  if (bytes > maxBytes)
    throw new ProblemError(
      uploadProblems.upload_too_large,
      `The file has ${bytes} bytes; this server accepts ${maxBytes}.`,
      { extras: { bytes, maxBytes } },
    );
  const reason = notAVideo(filename, type);
  if (reason === undefined) return;
  const name = filename === 'untitled' ? 'The file' : filename;
  if ('extension' in reason)
    throw new ProblemError(uploadProblems.upload_type_not_allowed, `${name} is not a video.`, {
      extras: { filename: name, extension: reason.extension },
    });
  const mediaType = displayText(reason.mediaType, 255);
  throw new ProblemError(
    uploadProblems.upload_type_not_allowed,
    `${name} is not a video: it was sent as ${mediaType}.`,
    { extras: { filename: name, mediaType } },
  );
}

/** The room on a disk, in bytes. */
export interface Room {
  /** Undefined: it has no limit. */
  readonly freeBytes: number | undefined;
  /** What is spoken for. */
  readonly promisedBytes: number;
  /** What must stay free. */
  readonly minFreeBytes: number;
}

/** Judges whether there is room. @throws ProblemError insufficient_storage */
export function checkRoom(needed: number, { freeBytes, promisedBytes, minFreeBytes }: Room): void {
  if (freeBytes === undefined) return;
  if (freeBytes - promisedBytes - minFreeBytes < needed) {
    throw new ProblemError(
      'insufficient_storage',
      'There is not enough free disk space for this file. Make room or try again later.',
    );
  }
}
