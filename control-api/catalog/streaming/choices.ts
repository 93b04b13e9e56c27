import type { Config } from '../../../config/schema.ts';
import { namedLadders } from '../../../config/sections/encode.ts';
import { qualityPresets } from '../../../server/assets/encoding-settings.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import { catalogProblems } from '../problems.ts';

/** What of the configuration titles can choose, by its names. */
export interface StreamingChoices {
  readonly ladders: readonly string[];
  /** The first one is that of titles which name none. */
  readonly priceClasses: readonly string[];
}

export function streamingChoices(config: {
  readonly encode: Pick<Config['encode'], 'ladders'>;
  readonly catalogue: Pick<Config['catalogue'], 'priceClasses'>;
}): StreamingChoices {
  return { ladders: [...namedLadders(config.encode.ladders).keys()], priceClasses: config.catalogue.priceClasses };
}

/** The choices as staff get them. */
export function presentChoices({ ladders, priceClasses }: StreamingChoices) {
  return { qualityPresets: [...qualityPresets], ladders: [...ladders], priceClasses: [...priceClasses] };
}

interface Chosen {
  readonly ladder?: string | null;
  readonly priceClass?: string | null;
}

/**
 * Refuses names that the configuration does not have. What a title has already stays, though it was taken out of the
 * configuration since.
 * @throws ProblemError ladder_unknown, price_class_unknown
 */
export function requireKnown(
  { ladders, priceClasses }: StreamingChoices,
  given: Chosen,
  before: { readonly ladder: string | null; readonly price_class: string | null } | undefined,
): void {
  const { ladder, priceClass } = given;
  if (typeof ladder === 'string' && ladder !== before?.ladder && !ladders.includes(ladder))
    throw new ProblemError(catalogProblems.ladder_unknown, `There is no ladder ${ladder} in the configuration.`, {
      extras: { ladder },
    });
  if (typeof priceClass === 'string' && priceClass !== before?.price_class && !priceClasses.includes(priceClass))
    throw new ProblemError(
      catalogProblems.price_class_unknown,
      `There is no price class ${priceClass} in the configuration.`,
      { extras: { priceClass } },
    );
}
