/** The page that the mail of an invitation leads to: for those who are nobody yet. */
export const invitationPath = '/invitation';
/** One's own account. */
export const accountPath = '/account';
/** The pages of the catalogue that are not about one title. */
export const cataloguePages = {
  titles: '/catalogue',
  schedule: '/catalogue/schedule',
  categories: '/catalogue/categories',
  people: '/catalogue/people',
  home: '/catalogue/home',
  files: '/catalogue/files',
} as const;
/** The page of a title. */
export const titlePath = (id: string) => `/catalogue/${id}`;
/** The subtitles and the audio of a title. */
export const tracksPath = (id: string) => `/catalogue/${id}/tracks`;
/** The texts of subtitles. */
export const cuesPath = (id: string, subtitlesId: string) => `/catalogue/${id}/tracks/${subtitlesId}`;
/** What viewers may skip in a title. */
export const markersPath = (id: string) => `/catalogue/${id}/markers`;
/** How viewers see a title. */
export const previewPath = (id: string) => `/catalogue/${id}/preview`;
