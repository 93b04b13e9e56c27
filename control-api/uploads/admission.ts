import type { Config } from '../../config/schema.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { displayText } from '../display-text.ts';
import { uploadProblems } from './problems.ts';

/**
 * What a file may be called. The name decides nothing later (the probe does); this keeps out what is obviously not a
 * video, playlists above all, before its bytes are taken.
 */
const extensions = new Set([
  '3g2',
  '3gp',
  'asf',
  'avi',
  'divx',
  'dv',
  'f4v',
  'flv',
  'm2t',
  'm2ts',
  'm2v',
  'm4v',
  'mkv',
  'mov',
  'mp4',
  'mpe',
  'mpeg',
  'mpg',
  'mts',
  'mxf',
  'ogm',
  'ogv',
  'qt',
  'ts',
  'vob',
  'webm',
  'wmv',
]);

/** Two names of RFC 6838: a pattern of the configuration such as `video/*` alone would let anything through behind it. */
const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** What a client says about the file it wants to send. */
export interface Declaration {
  /** As it will be shown. */
  readonly filename: string;
  readonly type: string;
  readonly bytes: number;
}

/** A name that may be shown anywhere (see `displayText`): the last part of a path, at most 255 characters. */
export function displayName(name: string): string {
  const shortened = displayText(name.split(/[/\\]/).at(-1) ?? '', 255);
  return shortened === '' || /^\.+$/.test(shortened) ? 'untitled' : shortened;
}

/** The first title of an asset: the name of its file, without the extension. */
export function titleOf(filename: string): string {
  return filename.replace(/\.[A-Za-z0-9]{1,5}$/, '').trim() || filename;
}

function matches(type: string, pattern: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1).toLowerCase()) : type === pattern.toLowerCase();
}

/** Reads tus metadata (`Upload-Metadata`): `filename` or `name`, `filetype` or `type`. */
export function readDeclaration(
  metadata: Readonly<Record<string, string | null>> | undefined,
  bytes: number,
): Declaration {
  const type =
    (metadata?.['filetype'] ?? metadata?.['type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ||
    'application/octet-stream';
  return { filename: displayName(metadata?.['filename'] ?? metadata?.['name'] ?? ''), type: type.slice(0, 255), bytes };
}

/**
 * Judges a declaration by itself.
 * @throws ProblemError upload_too_large, upload_type_not_allowed
 */
export function checkDeclaration(declaration: Declaration, config: Config['uploads']): void {
  const { filename, type, bytes } = declaration;
  if (bytes > config.maxBytes)
    throw new ProblemError(
      uploadProblems.upload_too_large,
      `The file has ${bytes} bytes; this server accepts ${config.maxBytes}.`,
      { extras: { bytes, maxBytes: config.maxBytes } },
    );
  if (!mediaType.test(type) || !config.allowedTypes.some((pattern) => matches(type, pattern))) {
    const shown = displayText(type, 255);
    throw new ProblemError(uploadProblems.upload_type_not_allowed, `Files of type ${shown} are not accepted.`, {
      extras: { mediaType: shown },
    });
  }
  const extension = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase();
  if (extension !== undefined && /^[a-z0-9]{1,5}$/.test(extension) && !extensions.has(extension)) {
    throw new ProblemError(
      uploadProblems.upload_type_not_allowed,
      `Files whose name ends in .${extension} are not accepted.`,
      { extras: { extension } },
    );
  }
}

/**
 * Judges whether there is room.
 * @param room `freeBytes` undefined: the storage has no limit; `promisedBytes`: what other open uploads may still send
 * @throws ProblemError insufficient_storage
 */
export function checkRoom(
  needed: number,
  room: { readonly freeBytes: number | undefined; readonly promisedBytes: number; readonly minFreeBytes: number },
): void {
  if (room.freeBytes === undefined) return;
  if (room.freeBytes - room.promisedBytes - room.minFreeBytes < needed) {
    throw new ProblemError(
      'insufficient_storage',
      'There is not enough free disk space for this file. Make room or try again later.',
    );
  }
}
