/**
 * Where the pages are, below the app's own address. The server answers only what begins with these (`web/apps.ts`): one
 * that begins otherwise is to be added there as well, as a test says.
 */
export const paths = { home: '/', signIn: '/sign-in', account: '/account', password: '/account/password' } as const;
