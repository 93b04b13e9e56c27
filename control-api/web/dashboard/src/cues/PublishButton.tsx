import { Button } from '@mantine/core';
import { IconWorldUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone, tellFailed } from '../../../kit/layout/notify.ts';
import { publishSubtitles } from '../api/tracks.ts';
import type { Subtitles } from '../api/types.ts';
import { subtitlesName } from '../tracks/track-name.ts';
import type { CueDraft } from './cue-draft.ts';

interface Props {
  readonly subtitles: Subtitles;
  readonly draft: CueDraft;
  /** Nothing was changed since they were published. */
  readonly isPublished: boolean;
}

/** Gives viewers the texts as they are, once the server has all of them. */
export function PublishButton({ subtitles, draft, isPublished }: Props) {
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  async function publish() {
    setIsBusy(true);
    try {
      const revision = await draft.saved();
      if (revision === undefined) tellFailed(t('cues.notPublished'), t('cues.notAllSaved'));
      else {
        await publishSubtitles(subtitles.id, revision);
        tellDone(t('cues.published'), subtitlesName(subtitles));
      }
    } catch (error) {
      tellFailed(t('cues.notPublished'), error);
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <Button
      leftSection={<IconWorldUpload size={18} />}
      loading={isBusy}
      disabled={isPublished}
      onClick={() => void publish()}
    >
      {t('cues.publish')}
    </Button>
  );
}
