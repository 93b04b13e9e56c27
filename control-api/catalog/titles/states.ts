import type { TitleState } from '../../../server/db/tables/titles.ts';
import type { Permission } from '../../../server/kit/permissions.ts';

/**
 * Life of a title, for staff:
 *
 *     draft --submit--> in_review --approve--> approved --publish--> published
 *       ^                   |                     |  ^                   |
 *       +------reject-------+                     |  +-----withdraw------+
 *       +-----------------reopen------------------+
 *
 * A published title is there for viewers while its window is open and what it is a part of is there as well. Who may
 * approve and publish need not go through the steps one by one: `publish` takes a draft, too, and is then the approval
 * as well, in one record. A text, a picture or a release may be changed in every state; who wants changes reviewed
 * withdraws first.
 */
const steps = {
  submit: { from: ['draft'], to: 'in_review', may: 'titles.edit' },
  reject: { from: ['in_review'], to: 'draft', may: 'titles.publish' },
  approve: { from: ['draft', 'in_review'], to: 'approved', may: 'titles.publish' },
  reopen: { from: ['approved'], to: 'draft', may: 'titles.edit' },
  publish: { from: ['draft', 'in_review', 'approved'], to: 'published', may: 'titles.publish' },
  withdraw: { from: ['published'], to: 'approved', may: 'titles.publish' },
} as const satisfies Readonly<
  Record<string, { readonly from: readonly TitleState[]; readonly to: TitleState; readonly may: Permission }>
>;

/** Something that is done about the state of a title. */
export type TitleStep = keyof typeof steps;

/** Every step there is. */
export const titleSteps = Object.keys(steps) as readonly TitleStep[];

export const titleStates: readonly TitleState[] = ['draft', 'in_review', 'approved', 'published'];

/** The state after a step; undefined when the step is not possible from this state. */
export function stateAfter(state: TitleState, step: TitleStep): TitleState | undefined {
  const { from, to } = steps[step];
  return (from as readonly TitleState[]).includes(state) ? to : undefined;
}

/** What allows a step. */
export function permissionFor(step: TitleStep): Permission {
  return steps[step].may;
}
