import { Center, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { PageHeading } from './PageHeading.tsx';

interface Props {
  readonly title: string;
  /** What it is about, in a sentence. */
  readonly lead?: string | undefined;
  readonly children: ReactNode;
}

/** A card with a heading: what the whole of a page is when it asks for one thing. */
export function Card({ title, lead, children }: Props) {
  return (
    <Paper withBorder shadow="sm" p={{ base: 'lg', sm: 'xl' }} radius="lg" w="100%" maw={400}>
      <Stack gap="md">
        <div>
          <PageHeading title={title} fz="xl" />
          {lead !== undefined && (
            <Text c="dimmed" size="sm" mt={4}>
              {lead}
            </Text>
          )}
        </div>
        {children}
      </Stack>
    </Paper>
  );
}

/** Such a card in the middle of a frame. */
export function CardPage(props: Props) {
  return (
    <Center mih="60dvh">
      <Card {...props} />
    </Center>
  );
}
