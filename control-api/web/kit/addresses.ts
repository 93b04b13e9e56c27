/** Where an app is, as seen from its page. Without a slash at the end: empty, or `/video` say. */
export interface Addresses {
  /** In front of all addresses of the server. */
  readonly server: string;
  /** Where the app's own pages begin. */
  readonly pages: string;
  /** Where the pages of the other apps begin. */
  readonly outside: string;
}

/**
 * One build serves below any path of a host, so an app finds out where it is.
 * @param here `import.meta.url` of a file that lies one folder below the app's page, in the build and while developing
 * @param at where the server has the app, e.g. `/dashboard`; empty when that is its first page
 * @param pathname of the page
 */
export function addressesOf(here: string, at: string, pathname: string): Addresses {
  const files = new URL('..', here).pathname;
  const server = files.slice(0, files.length - `${at}/`.length);
  // Past the proxy, pages have no path in front; the files that they ask for have.
  const outside = `${pathname}/`.startsWith(files) ? server : '';
  return { server, pages: outside + at, outside };
}
