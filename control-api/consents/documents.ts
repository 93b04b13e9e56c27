import { consentDocuments, type ConsentDocument } from '../../config/sections/consents.ts';
import type { Config } from '../../config/schema.ts';
import type { ConsentRow } from './repository.ts';

/** What everybody has to agree to; the others may be refused. */
const required: readonly ConsentDocument[] = ['terms', 'privacy'];

/** A document that people are asked to agree to. */
export interface AskedDocument {
  readonly document: ConsentDocument;
  /** The version that is in force. */
  readonly version: string;
  readonly url: string;
  readonly isRequired: boolean;
}

/** The documents that people are asked to agree to, in the order in which they are asked. */
export function askedDocuments(config: Config['consents']): readonly AskedDocument[] {
  return consentDocuments.flatMap((document) => {
    const [url, version] = [config[`${document}Url`], config[`${document}Version`]];
    return url === '' ? [] : [{ document, version, url, isRequired: required.includes(document) }];
  });
}

/** Whether somebody has to be asked: what everybody must agree to was not agreed to, or only in another version. */
export function isDue(asked: AskedDocument, last: Pick<ConsentRow, 'given' | 'version'> | undefined): boolean {
  return asked.isRequired && (last === undefined || last.given === 0 || last.version !== asked.version);
}
