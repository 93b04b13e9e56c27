import { Type, type Static } from 'typebox';
import { consentDocuments, type ConsentDocument } from '../../config/sections/consents.ts';
import { toIso } from '../../server/kit/clock.ts';
import { languageSchema } from '../language.ts';
import { idSchema, nullable, reference, timeSchema } from '../schemas.ts';
import { isDue, type AskedDocument } from './documents.ts';
import type { ConsentRow } from './repository.ts';

export const userAgentCharacters = 300;
/** So many of the last decisions are shown. */
export const historyShown = 100;

const documentSchema = Type.Enum([...consentDocuments] as ConsentDocument[], {
  description:
    '`terms` of use, `privacy` policy, mails with offers (`marketing`), measuring how people use the service (`analytics`).',
});
const versionSchema = Type.String({
  minLength: 1,
  maxLength: 32,
  pattern: '^[A-Za-z0-9._-]+$',
  examples: ['2026-11-30'],
});
const givenSchema = Type.Boolean({ description: 'Given, or else withdrawn or refused.' });

const askedDocumentSchema = Type.Object(
  {
    document: documentSchema,
    version: { ...versionSchema, description: 'The version that is in force.' },
    url: Type.String({ maxLength: 4096, description: 'Where it can be read: a URL, or a path of this host.' }),
    isRequired: Type.Boolean({ description: 'Whether everybody has to agree; the others may be refused.' }),
  },
  { $id: 'AskedDocument' },
);

export const askedDocumentsSchema = Type.Object(
  { items: Type.Array(reference(askedDocumentSchema), { maxItems: consentDocuments.length }) },
  { $id: 'AskedDocuments' },
);

export const consentSchema = Type.Object(
  {
    ...askedDocumentSchema.properties,
    decision: nullable(
      Type.Object(
        { given: givenSchema, version: versionSchema, at: timeSchema },
        { description: 'What was decided last, of which version. Null: nothing yet.' },
      ),
    ),
    isDue: Type.Boolean({ description: 'Whether to ask: it is required, and this version was not agreed to.' }),
  },
  { $id: 'Consent', description: 'A document, and what the account decided about it.' },
);
export type ConsentView = Static<typeof consentSchema>;

const pastConsentSchema = Type.Object(
  {
    id: idSchema('consent'),
    document: documentSchema,
    version: versionSchema,
    given: givenSchema,
    at: timeSchema,
    address: Type.String({ maxLength: 64, description: 'Network address that it came from.' }),
    userAgent: nullable(Type.String({ maxLength: userAgentCharacters })),
    language: nullable({ ...languageSchema, description: 'BCP 47; in which the document was shown. Null: not known.' }),
  },
  { description: 'A decision of the account.' },
);

export const consentsSchema = Type.Object(
  {
    isDue: Type.Boolean({ description: 'Whether one of them is due.' }),
    items: Type.Array(reference(consentSchema), { maxItems: consentDocuments.length }),
    history: Type.Array(pastConsentSchema, {
      maxItems: historyShown,
      description: 'Newest first, the latest of them.',
    }),
  },
  { $id: 'Consents' },
);
export type ConsentsView = Static<typeof consentsSchema>;

export const consentParams = Type.Object({ document: documentSchema });

export const decideConsentSchema = Type.Object(
  {
    version: { ...versionSchema, description: 'The version that was shown: the one in force.' },
    given: givenSchema,
    language: Type.Optional({
      ...languageSchema,
      description: 'In which it was shown. Default: what `Accept-Language` likes best.',
    }),
  },
  { additionalProperties: false, examples: [{ version: '2026-11-30', given: true, language: 'de' }] },
);
export type DecideConsent = Static<typeof decideConsentSchema>;

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const consentSchemas = [askedDocumentSchema, askedDocumentsSchema, consentSchema, consentsSchema];

/** A document as an account sees it. */
export function presentConsent(
  asked: AskedDocument,
  last: Pick<ConsentRow, 'given' | 'version' | 'at'> | undefined,
): ConsentView {
  const decision = last ? { given: last.given === 1, version: last.version, at: toIso(last.at) } : null;
  return { ...asked, decision, isDue: isDue(asked, last) };
}

/** A decision as its account sees it. */
export function presentPastConsent(row: ConsentRow): ConsentsView['history'][number] {
  return {
    id: row.id,
    document: row.document as ConsentDocument,
    version: row.version,
    given: row.given === 1,
    at: toIso(row.at),
    address: row.address,
    userAgent: row.user_agent,
    language: row.language,
  };
}
