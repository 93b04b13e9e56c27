import { Stack } from '@mantine/core';
import type { AskedDocument } from './consents.ts';
import { DocumentCheck } from './DocumentCheck.tsx';
import type { Agreed } from './use-agreed.ts';

interface Props {
  readonly documents: readonly AskedDocument[];
  readonly agreed: Agreed;
}

/** What people are asked to agree to. */
export function DocumentChecks({ documents, agreed }: Props) {
  if (documents.length === 0) return null;
  return (
    <Stack gap="xs">
      {documents.map((asked) => (
        <DocumentCheck
          key={asked.document}
          asked={asked}
          isGiven={agreed.has(asked.document)}
          onChange={(isGiven) => agreed.set(asked.document, isGiven)}
        />
      ))}
    </Stack>
  );
}
