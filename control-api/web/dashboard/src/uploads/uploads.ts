import { useSyncExternalStore } from 'react';
import { assetKeys } from '../api/assets.ts';
import { queryClient } from '../api/queries.ts';
import { useMaxUploadBytes } from '../api/upload-limits.ts';
import { session } from '../session/session.ts';
import { bytesInWords } from '../words/quantities.ts';
import { UploadStore, type UploadsSnapshot } from './upload-store.ts';

/** The one store of this page: uploads go on whatever page of the dashboard is open. */
export const uploads = new UploadStore(
  '/api/v1/uploads',
  { token: (stale) => (stale === undefined ? session.token() : session.renew(stale)) },
  () => void queryClient.invalidateQueries({ queryKey: assetKeys.lists }),
);

let account: string | undefined;
session.subscribe(() => {
  const state = session.snapshot();
  const next = state.status === 'signed-in' ? state.account.id : undefined;
  if (next === account) return;
  account = next;
  void uploads.setAccount(next);
});

export function useUploads(): UploadsSnapshot {
  return useSyncExternalStore(uploads.subscribe, uploads.snapshot);
}

function describeLimit(bytes: number): string {
  return `The file is larger than this server accepts (${bytesInWords(bytes)}).`;
}

/** Takes files in, with the limit the server has; each one that cannot be sent says why in its own line. */
export function useAddFiles(): {
  readonly maxBytes: number | undefined;
  readonly addFiles: (files: readonly File[]) => void;
} {
  const maxBytes = useMaxUploadBytes();
  return { maxBytes, addFiles: (files) => void uploads.add(files, maxBytes, describeLimit) };
}
