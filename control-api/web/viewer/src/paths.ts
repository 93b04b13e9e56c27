/**
 * Where the pages are, below the app's own address. The server answers only what begins with these (`web/apps.ts`): one
 * that begins otherwise is to be added there as well, as a test says.
 */
export const paths = {
  home: '/',
  signIn: '/sign-in',
  signInReturn: '/sign-in/return',
  signUp: '/sign-up',
  confirmSignUp: '/sign-up/confirm',
  recovery: '/recovery',
  newPassword: '/recovery/new-password',
  notMe: '/not-me',
  profiles: '/profiles',
  newProfile: '/profiles/new',
  manageProfiles: '/profiles/manage',
  profile: '/profiles/:id',
  account: '/account',
  email: '/account/email',
  password: '/account/password',
  secondFactor: '/account/second-factor',
  passkeys: '/account/passkeys',
  devices: '/account/devices',
  linked: '/account/linked',
  privacy: '/account/privacy',
  data: '/account/data',
  dataDeletion: '/data-deletion',
} as const;

/** The page that changes a profile. */
export const profilePath = (id: string) => `${paths.profiles}/${id}`;
