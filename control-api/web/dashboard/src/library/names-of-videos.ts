interface Named {
  readonly title: string;
}

/** In the order in which people count: 2 before 10. */
export function inOrderOfNames<T extends Named>(videos: readonly T[]): readonly T[] {
  return videos.toSorted((one, other) => one.title.localeCompare(other.title, undefined, { numeric: true }));
}

/** What a title is called whose video has this name: without the ending of its file. */
export function nameOfFile(title: string): string {
  const bare = title.replace(/\.(mp4|m4v|mov|mkv|webm|avi|ts|m2ts|mpg|mpeg|mxf|flv|wmv|3gp)$/i, '').trim();
  return (bare === '' ? title : bare).slice(0, 200);
}
