/** Where the app's files lie: this one is in a folder below, in the build and while developing. */
const here = import.meta.url;
const files = new URL('..', here).pathname;

/** The path in front of all addresses of this server, without a slash at the end: empty, or `/video` say. */
export const serverPath = files.replace(/\/dashboard\/$/, '');

/** Where the app's own pages begin, without a slash at the end. Past the proxy they have no path in front. */
export const pagesPath = `${location.pathname}/`.startsWith(files) ? files.slice(0, -1) : '/dashboard';
