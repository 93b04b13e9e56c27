/**
 * What is used of the document that `imsc` makes (https://github.com/sandflow/imscJS); it has no types of its own. Its main
 * file also loads what draws, which wants a browser.
 */
declare module 'imsc/src/main/js/doc.js' {
  /** A length of a document, e.g. `{ value: 80, unit: '%' }`. */
  export interface Length {
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
  export interface Region {
    readonly styleAttrs: Styles;
  }
  export interface Document {
    readonly head: { readonly layout: { readonly regions: Readonly<Record<string, Region | undefined>> } };
    readonly body: Content | null;
  }
  export interface ErrorHandler {
    /** True: stop. */
    error(message: string): boolean;
    warn(message: string): boolean;
    info(message: string): boolean;
    fatal(message: string): boolean;
  }
  const imscDocument: { fromXML(xml: string, errors: ErrorHandler): Document | null };
  export default imscDocument;
}
