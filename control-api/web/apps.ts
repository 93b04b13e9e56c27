import path from 'node:path';

/** A web app: a folder beside this file, which its build serves from. */
export interface WebApp {
  /** Of the folder, and in what is said to operators. */
  readonly name: string;
  /** The path below which it is served, without a slash at the end. */
  readonly at: string;
  /** The paths of its pages below that, as patterns of the router: all of them are answered with the one page it has. */
  readonly pages: readonly string[];
}

/** The web apps that are served. */
export const webApps: readonly WebApp[] = [
  // It shares its folder with everything else that the server answers. So its pages are a list, not what is left over:
  // an address of the API with a slip in it is not there (404), and is no page. `viewer/src/paths.ts` has the same list.
  {
    name: 'viewer',
    at: '',
    pages: [
      '/',
      '/account',
      '/account/*',
      '/data-deletion',
      '/not-me',
      '/profiles',
      '/profiles/*',
      '/recovery',
      '/recovery/new-password',
      '/sign-in',
      '/sign-in/return',
      '/sign-up',
      '/sign-up/confirm',
    ],
  },
  { name: 'dashboard', at: '/dashboard', pages: ['/*'] },
];

/** What the build of an app wrote, `index.html` first of all. @param root the folder that has the apps */
export function builtFolder({ name }: Pick<WebApp, 'name'>, root: string = import.meta.dirname): string {
  return path.join(root, name, 'dist');
}
