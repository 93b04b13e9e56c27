import { defineProblems } from '../../server/kit/problems.ts';

export const profileProblems = defineProblems({
  too_many_profiles: { status: 409, title: 'This account has as many profiles as there may be', parameters: ['limit'] },
  main_profile: { status: 409, title: 'The first profile of an account always stays' },
  limit_too_high: { status: 403, title: 'This profile may not make one that sees more than itself' },
  pin_required: { status: 403, title: 'A PIN is needed', parameters: ['profileId'] },
  wrong_pin: { status: 403, title: 'The PIN is wrong', parameters: ['profileId'] },
  main_pin_missing: { status: 409, title: 'The main profile has no PIN' },
  main_pin_in_use: { status: 409, title: "This PIN is asked for to leave kids' profiles" },
});
