import { Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { percent } from '../words/formats.ts';

interface Props {
  /** 0..1. */
  readonly share: number;
  /** What it is the progress of, for those who do not see it. */
  readonly label: string;
  /** What is said instead of the bare per cent. */
  readonly words?: string;
  readonly color: string;
  /** Whether something moves at this moment. */
  readonly isMoving?: boolean;
}

/** A bar that says its whole per cent; Mantine's own attributes would say 36.99999 and cannot be replaced. */
export function ProgressBar({ share, label, words, color, isMoving = false }: Props) {
  const { t } = useTranslation('kit');
  return (
    <Progress.Root size={6} style={{ flexGrow: 1 }}>
      <Progress.Section
        value={share * 100}
        color={color}
        animated={isMoving}
        withAria={false}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent(share)}
        aria-valuetext={words ?? t('percentOf', { share })}
      />
    </Progress.Root>
  );
}
