/**
 * The path below which clients reach a server, from the configured URL of it: `https://host/video/` -> `/video`, and an
 * empty text where the server has its host for itself or the URL is not known. Whatever makes addresses puts it in front.
 * @param publicUrl an option `publicUrl`, which may be empty
 */
export function publicPath(publicUrl: string): string {
  return publicUrl === '' ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/** The whole of it, without a slash at the end: `https://host/video/` -> `https://host/video`. */
export function publicBase(publicUrl: string): string {
  return publicUrl === '' ? '' : new URL(publicUrl).origin + publicPath(publicUrl);
}

/** How addresses of our own begin. A public path of the same name could not be told from them. */
export const ownNames: readonly string[] = [
  'account',
  'api',
  'dashboard',
  'data-deletion',
  'health',
  'metrics',
  'not-me',
  'profiles',
  'recovery',
  's',
  'sign-in',
  'sign-up',
  'static',
];

/** A part that leads elsewhere (`..`) or nowhere (`.`), in any of the ways in which somebody on the way may read it so. */
const dotPart = /(?:\/|\\|%2f|%5c)(?:\.|%2e){1,2}(?:\/|\\|%2f|%5c|$)/i;

/**
 * A request target without the public path that it begins with. Some proxies pass their path on to us
 * (`/video/dashboard/`) and some take it off (`/dashboard/`): behind both, and without any, the rest of the server sees
 * the same. Only whole parts count (`/videos` is something else), once, and only where nothing in the path leads out
 * of it again. Each route itself decides who may call it: nothing depends on which path a proxy saw.
 * @param target as in the request's first line, beginning with `/`
 * @param paths without a slash at the end (see `publicPath`); empty ones play no part
 */
export function belowPublicPath(target: string, paths: readonly string[]): string {
  for (const prefix of paths) {
    if (prefix === '' || !target.startsWith(prefix)) continue;
    const rest = target.slice(prefix.length);
    if (rest !== '' && !/^[/?]/.test(rest)) continue;
    if (dotPart.test(target.split('?', 1)[0] as string)) return target;
    return rest.startsWith('/') ? rest : `/${rest}`;
  }
  return target;
}
