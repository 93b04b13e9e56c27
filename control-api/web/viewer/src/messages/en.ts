/** Every text of the viewer app that is not the kit's. */
export const en = {
  home: {
    title: 'Short dramas, series and movies',
    lead: 'This server streams them to people who have an account here.',
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
