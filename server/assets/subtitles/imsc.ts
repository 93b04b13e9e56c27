// @ts-expect-error It has no types of its own.
import library from 'imsc/src/main/js/doc.js';

/*
 * What is used of `imsc` (https://github.com/sandflow/imscJS). Its main file also loads what draws, which wants a browser,
 * so this is the part that reads.
 */

/** A length of a document, e.g. `{ value: 80, unit: '%' }`. */
interface Length {
  readonly value: number;
  readonly unit: string;
}
export interface Size {
  readonly h: Length;
  readonly w: Length;
}
/** Its own styles, those it refers to included, by namespace, a space and name; those it inherits are not here. */
export type Styles = Readonly<Record<string, string | readonly string[] | Size | undefined>>;
export interface Content {
  readonly kind?: 'body' | 'div' | 'p' | 'span' | 'br' | 'image';
  /** Seconds; `end` may be infinite. */
  readonly begin: number;
  readonly end: number;
  readonly regionID?: string;
  readonly styleAttrs?: Styles;
  readonly contents?: readonly (Content | undefined)[];
  readonly text?: string;
  readonly space?: 'default' | 'preserve';
}
interface Region {
  readonly styleAttrs: Styles;
}
interface TtmlDocument {
  readonly head: { readonly layout: { readonly regions: Readonly<Record<string, Region | undefined>> } };
  readonly body: Content | null;
}
interface ErrorHandler {
  /** True: stop. */
  error(message: string): boolean;
  warn(message: string): boolean;
  info(message: string): boolean;
  fatal(message: string): boolean;
}

/** Reads a document. @throws a string or a TypeError when it is not built as TTML is */
export const { fromXML } = library as { fromXML(xml: string, errors: ErrorHandler): TtmlDocument | null };
