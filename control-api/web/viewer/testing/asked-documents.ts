/** Settings of a service that asks for all there is to ask for. */
export const askedDocuments = {
  termsUrl: '/legal/terms.html',
  termsVersion: '2026-11-30',
  privacyUrl: 'https://example.com/privacy',
  privacyVersion: '3',
  marketingUrl: '/legal/offers.html',
  marketingVersion: '1',
} as const;
