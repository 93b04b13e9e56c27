import { Type } from 'typebox';
import { group, text, type Rule } from '../option.ts';

const url = (document: string, extra: string) =>
  text(`Where ${document} can be read: a URL, or a path of this host. ${extra} Empty: nobody is asked.`);
const version = (document: string) =>
  Type.String({
    description: `The version of ${document} that is in force, e.g. 2026-11-30: the only one that can be agreed to.`,
    default: '',
    pattern: '^[A-Za-z0-9._-]{0,32}$',
  });

const forEverybody = 'Everybody has to agree, and again to each new version.';
const byChoice = 'It may be refused.';
const terms = 'the terms of use';
const privacy = 'the privacy policy';
const marketing = 'the text on mails with offers';
const analytics = 'the text on measuring how people use the service';

export const consents = group('What people are asked to agree to.', {
  termsUrl: url(terms, forEverybody),
  termsVersion: version(terms),
  privacyUrl: url(privacy, forEverybody),
  privacyVersion: version(privacy),
  marketingUrl: url(marketing, byChoice),
  marketingVersion: version(marketing),
  analyticsUrl: url(analytics, byChoice),
  analyticsVersion: version(analytics),
});

/** Documents that people may be asked to agree to, in the order in which they are asked. */
export const consentDocuments = ['terms', 'privacy', 'marketing', 'analytics'] as const;
/** A document that people may be asked to agree to. */
export type ConsentDocument = (typeof consentDocuments)[number];

type ConsentOptions = { readonly consents: Readonly<Record<`${ConsentDocument}${'Url' | 'Version'}`, string>> };

/** A path begins with one slash: two would name another host. */
const readable = /^(https?:\/\/|\/(?!\/))[^\s\p{C}]+$/u;

export const consentsRules: readonly Rule<ConsentOptions>[] = consentDocuments.flatMap((document) => {
  const [urlOption, versionOption] = [`${document}Url`, `${document}Version`] as const;
  return [
    ({ consents: options }: ConsentOptions) =>
      options[urlOption] === '' || readable.test(options[urlOption])
        ? undefined
        : {
            option: `consents.${urlOption}`,
            message: 'must be a URL that begins with https:// or http://, or a path that begins with /',
          },
    ({ consents: options }: ConsentOptions) =>
      options[urlOption] !== '' && options[versionOption] === ''
        ? { option: `consents.${versionOption}`, message: `must be set, because consents.${urlOption} is` }
        : undefined,
    ({ consents: options }: ConsentOptions) =>
      options[urlOption] === '' && options[versionOption] !== ''
        ? {
            option: `consents.${versionOption}`,
            message: `is set, but nobody would be asked. Set consents.${urlOption}`,
          }
        : undefined,
  ];
});
