import { Alert, Stack, Text, type AlertProps } from '@mantine/core';
import { IconAlertCircle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/**
 * `information` and `attention` are calm and are read where they stand; `failure` is for what somebody waits for, and is
 * read out at once.
 */
type NoticeTone = 'information' | 'attention' | 'failure';

const looks = {
  information: { color: 'gray', Icon: IconInfoCircle, role: 'note' },
  attention: { color: 'yellow', Icon: IconInfoCircle, role: 'note' },
  failure: { color: 'red', Icon: IconAlertCircle, role: 'alert' },
} as const;

interface Props extends Pick<AlertProps, 'icon'> {
  readonly tone?: NoticeTone;
  /** What is so, in a few words. */
  readonly title: string;
  /** What it means; several are a list. */
  readonly says?: string | readonly string[];
  /** What can be done: words, or a button or link. */
  readonly toDo?: ReactNode;
  readonly 'data-testid'?: string;
}

/** Something that people should know about what they look at, and what they can do about it. */
export function Notice({ tone = 'attention', title, says = [], toDo, icon, 'data-testid': testId }: Props) {
  const { color, Icon, role } = looks[tone];
  const sentences = typeof says === 'string' ? [says] : says;
  return (
    <Alert
      color={color}
      variant="light"
      icon={icon ?? <Icon size={20} aria-hidden />}
      title={title}
      role={role}
      radius="lg"
      data-testid={testId}
    >
      <Stack gap="sm" align="flex-start">
        {sentences.length === 1 && (
          <Text size="sm" className="break-anywhere">
            {sentences[0]}
          </Text>
        )}
        {sentences.length > 1 && (
          <Stack component="ul" gap={4} m={0} ps="md">
            {sentences.map((sentence, index) => (
              <Text component="li" key={index} size="sm" className="break-anywhere">
                {sentence}
              </Text>
            ))}
          </Stack>
        )}
        {typeof toDo === 'string' ? <Text size="sm">{toDo}</Text> : toDo}
      </Stack>
    </Alert>
  );
}
