import { useState } from 'react';
import type { AskedDocument, DocumentName } from './consents.ts';

export interface Agreed {
  readonly has: (document: DocumentName) => boolean;
  readonly set: (document: DocumentName, isGiven: boolean) => void;
  /** Those of the documents that were agreed to. */
  readonly of: (documents: readonly AskedDocument[]) => readonly AskedDocument[];
}

/** To which documents somebody agrees, before that is sent. */
export function useAgreed(): Agreed {
  const [agreed, setAgreed] = useState<ReadonlySet<DocumentName>>(new Set());
  return {
    has: (document) => agreed.has(document),
    set: (document, isGiven) =>
      setAgreed((before) => {
        const after = new Set(before);
        if (isGiven) after.add(document);
        else after.delete(document);
        return after;
      }),
    of: (documents) => documents.filter(({ document }) => agreed.has(document)),
  };
}
