import { defineProblems } from '../../server/kit/problems.ts';

export const consentProblems = defineProblems({
  consent_outdated: { status: 409, title: 'Another version is in force', parameters: ['document', 'version'] },
});
