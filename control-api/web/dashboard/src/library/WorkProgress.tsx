import { Stack, Text } from '@mantine/core';
import type { Work } from '../api/types.ts';
import { ProgressBar } from '../layout/ProgressBar.tsx';
import { isUnderWay, workInWords } from '../words/work.ts';

/** How far the processing of a version is: a bar with its stage, share and time to go. */
export function WorkProgress({ work, label }: { readonly work: Work; readonly label: string }) {
  if (!isUnderWay(work)) return null;
  return (
    <Stack gap={6} data-testid="work">
      <ProgressBar
        share={work.progress}
        label={`Processing of ${label}`}
        words={workInWords(work)}
        color="brand"
        isMoving={work.stage !== 'queued'}
      />
      <Text size="xs" c="dimmed" className="figures" data-testid="work-words">
        {workInWords(work)}
      </Text>
    </Stack>
  );
}
