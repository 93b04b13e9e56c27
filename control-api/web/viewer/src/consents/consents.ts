import { useQuery } from '@tanstack/react-query';
import type { components } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { i18n } from '../../../kit/messages/i18n.ts';
import { api, session } from '../api/server.ts';

type Schemas = components['schemas'];
export type AskedDocument = Schemas['AskedDocument'];
export type Consent = Schemas['Consent'];
export type DocumentName = AskedDocument['document'];

export const consentsKey = ['consents'];

/** What people are asked to agree to when they sign up. */
export function useAskedDocuments() {
  return useQuery({
    queryKey: ['asked-documents'],
    queryFn: async () => bodyOf(await session.asNobody.GET('/api/v1/consents/documents')).items,
  });
}

/** What the account decided, and what it decided before. */
export function useConsents({ isOn = true }: { readonly isOn?: boolean } = {}) {
  return useQuery({
    queryKey: consentsKey,
    queryFn: async () => {
      await beingWritten;
      return bodyOf(await api.GET('/api/v1/consents'));
    },
    enabled: isOn,
  });
}

/** Agrees to a document as it was shown, or withdraws that. @throws ApiError consent_outdated, kids_profile */
export async function decide({ document, version }: AskedDocument, given: boolean): Promise<void> {
  const body = { version, given, language: i18n.language };
  await api.PUT('/api/v1/consents/{document}', { params: { path: { document } }, body });
}

let beingWritten: Promise<unknown> = Promise.resolve();

/**
 * Writes down what somebody agreed to while signing up, now that they are signed in. What fails, or was outdated
 * meanwhile, is asked again (`DueConsents`).
 */
export function agreeAfterSignUp(agreed: readonly AskedDocument[]): void {
  beingWritten = Promise.allSettled(agreed.map((asked) => decide(asked, true)));
}
