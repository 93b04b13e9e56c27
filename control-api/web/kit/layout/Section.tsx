import { Card, Group, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

/** A card with a heading: what every part of a page is in. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <Card component="section" withBorder radius="lg" padding="lg" aria-labelledby={id}>
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={2} id={id}>
          {title}
        </Title>
        {typeof aside === 'string' ? (
          <Text size="sm" c="dimmed">
            {aside}
          </Text>
        ) : (
          aside
        )}
      </Group>
      {children}
    </Card>
  );
}
