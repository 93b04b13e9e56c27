import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Test } from 'tap';
import { sourceKey } from '../../../server/assets/storage-keys.ts';
import { startControlApi, type Harness, type HarnessOptions } from '../../testing/harness.ts';
import { metadata, send } from './tus-requests.ts';

/** The control API, listening, with an account that may upload and a way to begin uploads. */
export async function start(t: Test, options: HarnessOptions = {}) {
  const api = await startControlApi(t, options);
  const url = await api.listen();
  const owner = await api.as('content_manager');
  const auth = { authorization: owner.authorization };
  const create = async (bytes: number, headers: Record<string, string> = {}, body?: Buffer) => {
    const answer = await send(
      `${url}/api/v1/uploads`,
      'POST',
      {
        ...auth,
        'upload-length': String(bytes),
        'upload-metadata': metadata({ filename: 'clip.mp4', filetype: 'video/mp4' }),
        ...headers,
      },
      body,
    );
    return {
      ...answer,
      at: `${url}${answer.headers.get('location') ?? '/nowhere'}`,
      id: answer.headers.get('location')?.split('/').at(-1) ?? '',
    };
  };
  return { api, url, owner, auth, create };
}

export const rows = async (api: Harness) => ({
  assets: await api.db.selectFrom('assets').selectAll().execute(),
  versions: await api.db.selectFrom('versions').selectAll().execute(),
});
export const stored = async (api: Harness, id: string) => api.storage.read(sourceKey(id));
/** How many bytes of all requests in hand wait for their checksum, in scratch. */
export const spooled = (api: Harness): number => {
  let bytes = 0;
  const scratch = path.join(api.config.dataDir, 'scratch');
  for (const entry of readdirSync(scratch, { recursive: true, withFileTypes: true }))
    // A piece may be removed while one looks.
    if (entry.isFile())
      bytes += statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
};
export const offsetOf = async (at: string, auth: Record<string, string>) =>
  Number((await send(at, 'HEAD', auth)).headers.get('upload-offset'));
