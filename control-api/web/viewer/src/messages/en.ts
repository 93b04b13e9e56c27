/** Every text of the viewer app that is not the kit's. The names of values in `{{…}}` are type-checked at each use. */
export const en = {
  frame: {
    home: 'Dramabox, to the first page',
    navigation: 'Pages',
    to: { home: 'Home', account: 'Account' },
    signIn: 'Sign in',
    account: 'Your account',
    dashboard: 'Dashboard',
  },
  toHome: 'To the first page',
  signIn: { lead: 'With an account of this server: its administrators give them out.' },
  home: {
    title: 'Short dramas, series and movies',
    lead: 'Dramabox streams them to phones and wide screens.',
    signIn: 'Sign in',
    toAccount: 'Your account',
    nothing: 'Nothing to choose from yet',
    nothingText: 'This server has no catalogue yet. Its titles will be here as soon as it has one.',
    staff: 'For the staff',
    staffText: 'Upload titles, follow their processing and watch them in the dashboard.',
    toDashboard: 'Open the dashboard',
  },
  account: { navigation: 'Your account', rooms: { profile: 'Profile', password: 'Password' } },
  profile: {
    title: 'Profile',
    who: 'Signed in as',
    email: 'E-mail',
    since: 'Account since',
    sinceDay: '{{at, day}}',
    signOut: 'Sign out',
    signOutText: 'On this browser, in all of its tabs.',
  },
  password: {
    title: 'Password',
    change: 'Change the password',
    text: 'It signs you out everywhere, here as well, and ends what is playing. Then you sign in with the new one.',
    current: 'Current password',
    new: 'New password',
    submit: 'Change and sign out',
  },
} as const;

declare module 'i18next' {
  interface ResourceNamespaceMap {
    viewer: typeof en;
  }
  interface CustomTypeOptions {
    defaultNS: 'viewer';
  }
}
