/** The paths that a route answers, as an expression: `:name` is one part of a path, `*` is the rest of it. */
export function pathPattern(route: string): RegExp {
  const source = route
    .split(/(:[A-Za-z0-9_]+|\*)/)
    .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`);
}
