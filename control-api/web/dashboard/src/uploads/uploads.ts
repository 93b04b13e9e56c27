import { useSyncExternalStore } from 'react';
import { TranslatedError } from '../../../kit/api/problem.ts';
import { i18n } from '../../../kit/messages/i18n.ts';
import { assetKeys } from '../api/assets.ts';
import { titleKeys } from '../api/titles.ts';
import { queryClient, session, tokens } from '../api/server.ts';
import { uploadsUrl, useMaxUploadBytes } from '../api/upload-limits.ts';
import { UploadStore, type UploadsSnapshot } from './upload-store.ts';

/** The one store of this page: uploads go on whatever page of the dashboard is open. */
export const uploads = new UploadStore(
  uploadsUrl,
  tokens,
  {
    empty: () => new TranslatedError('An empty file', () => i18n.t('uploads.refused.empty', { ns: 'dashboard' })),
    tooLarge: (bytes) =>
      new TranslatedError('Too large a file', () => i18n.t('uploads.refused.tooLarge', { ns: 'dashboard', bytes })),
    inAnotherTab: () =>
      new TranslatedError('A file of another tab', () => i18n.t('uploads.refused.inAnotherTab', { ns: 'dashboard' })),
  },
  () => {
    void queryClient.invalidateQueries({ queryKey: assetKeys.lists });
    // It may have become the video of a title.
    void queryClient.invalidateQueries({ queryKey: titleKeys.all });
  },
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

/** Takes files in, with the limit the server has; each one that cannot be sent says why in its own line. */
export function useAddFiles(): {
  readonly maxBytes: number | undefined;
  readonly addFiles: (files: readonly File[], titles?: ReadonlyMap<File, string>) => void;
} {
  const maxBytes = useMaxUploadBytes();
  return { maxBytes, addFiles: (files, titles) => void uploads.add(files, maxBytes, titles) };
}
