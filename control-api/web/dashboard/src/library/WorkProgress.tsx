import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ProgressBar } from '../../../kit/layout/ProgressBar.tsx';
import type { Work } from '../api/types.ts';
import { isUnderWay, workInWords } from '../words/work.ts';

/** How far the processing of a version is: a bar with its stage, share and time to go. */
export function WorkProgress({ work, label }: { readonly work: Work; readonly label: string }) {
  const { t } = useTranslation();
  if (!isUnderWay(work)) return null;
  return (
    <Stack gap={6} data-testid="work">
      <ProgressBar
        share={work.progress}
        label={t('work.of', { title: label })}
        words={workInWords(t, work)}
        color="brand"
        isMoving={work.stage !== 'queued' && work.waitsFor === null}
      />
      <Text size="xs" c="dimmed" className="figures" data-testid="work-words">
        {workInWords(t, work)}
      </Text>
    </Stack>
  );
}
