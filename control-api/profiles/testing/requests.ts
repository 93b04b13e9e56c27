import type { Harness } from '../../testing/harness.ts';
import type { CurrentProfileView, ProfileListView, ProfileView } from '../schemas.ts';

/** What a new profile looks like where a test does not care. */
export const look = { name: 'Mia', avatar: { picture: 'koala', colour: 'teal' } } as const;

/** The routes of profiles, as one sign-in calls them. */
export function profilesOf(api: Harness, authorization: string) {
  const call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object) =>
    api.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { authorization },
      ...(body === undefined ? {} : { body }),
    });
  return {
    call,
    list: async () => (await call('GET', '/profiles')).json<ProfileListView>(),
    current: async () => (await call('GET', '/profiles/current')).json<CurrentProfileView>(),
    create: (given: object = {}) => call('POST', '/profiles', { ...look, ...given }),
    made: async (given: object = {}) => (await call('POST', '/profiles', { ...look, ...given })).json<ProfileView>(),
    change: (id: string, given: object) => call('PATCH', `/profiles/${id}`, given),
    restrict: (id: string, isKids: boolean, maturityLimit: number | null) =>
      call('PUT', `/profiles/${id}/restrictions`, { isKids, maturityLimit }),
    remove: (id: string) => call('DELETE', `/profiles/${id}`),
    choose: (id: string, pin?: string) => call('POST', `/profiles/${id}/choose`, pin === undefined ? {} : { pin }),
    setPin: (id: string, pin: string, currentPin?: string) =>
      call('PUT', `/profiles/${id}/pin`, { pin, ...(currentPin !== undefined && { currentPin }) }),
    removePin: (id: string) => call('DELETE', `/profiles/${id}/pin`),
    askPinToLeaveKids: (requirePinToLeaveKids: boolean) =>
      call('PATCH', '/profile-settings', { requirePinToLeaveKids }),
  };
}

/** The code of a refusal, or the status of what was done. */
export async function outcome(answer: ReturnType<ReturnType<typeof profilesOf>['call']>): Promise<string | number> {
  const { statusCode, body } = await answer;
  return statusCode < 400 ? statusCode : (JSON.parse(body) as { code: string }).code;
}
