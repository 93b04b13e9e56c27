import { Center, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Brand } from './Brand.tsx';

/** A page without a frame: the mark, and one thing below it. */
export function PlainPage({ children }: { readonly children: ReactNode }) {
  return (
    <Center component="main" mih="100dvh" p="md" className="plain-ground">
      <Stack align="center" gap="xl" w="100%">
        <Brand size={38} />
        {children}
      </Stack>
    </Center>
  );
}
