/** Does no more than `most` things at a time; the others wait in line, first come, first served. */
export function atMost(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const line: (() => void)[] = [];
  return async (work) => {
    // Who ends hands its place on, so that nobody who comes meanwhile takes it.
    if (busy < most) busy += 1;
    else await new Promise<void>((begin) => line.push(begin));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}
