import { Fragment } from 'react';

/** A name with dots, e.g. of a job: where there is little room, its lines end at its dots and hyphens. */
export function DottedName({ name }: { readonly name: string }) {
  return name.split('.').map((part, place) => (
    <Fragment key={place}>
      {place > 0 && (
        <>
          .<wbr />
        </>
      )}
      {part}
    </Fragment>
  ));
}
