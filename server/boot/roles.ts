import type { Config } from '../../config/schema.ts';
import { OperatorError } from '../kit/errors.ts';

const roleNames = ['control-api', 'transcoder', 'origin'] as const;
export type RoleName = (typeof roleNames)[number];

/** Backends that live inside one process, by the setting that chooses them. */
const embedded: Readonly<Record<string, (config: Config) => boolean>> = {
  'database.kind': (config) => config.database.kind === 'sqlite',
  'storage.kind': (config) => config.storage.kind === 'disk',
  'sessions.kind': (config) => config.sessions.kind === 'memory',
  'events.kind': (config) => config.events.kind === 'memory',
  'limits.kind': (config) => config.limits.kind === 'memory',
  'keys.kind': (config) => config.keys.kind === 'file',
};

/**
 * The roles to run. Some of them only makes sense when all processes see the same backends, so a part of the roles
 * on an embedded backend is refused, with the settings that stand in the way; so is a control API that cannot say where
 * the origin is.
 * @throws OperatorError
 */
export function chooseRoles(config: Config, asked: readonly string[] | undefined): ReadonlySet<RoleName> {
  const unknown = (asked ?? []).filter((name) => !roleNames.includes(name as RoleName));
  if (unknown.length > 0)
    throw new OperatorError(`There is no role ${unknown.join(', ')}. Roles are ${roleNames.join(', ')}.`);
  const roles = new Set((asked ?? roleNames) as readonly RoleName[]);
  if (roles.size < roleNames.length) {
    const inTheWay = Object.entries(embedded)
      .filter(([, isEmbedded]) => isEmbedded(config))
      .map(([setting]) => setting);
    if (inTheWay.length > 0) {
      throw new OperatorError(
        `Only some roles (${[...roles].join(', ')}) cannot run on backends that live inside one process. ` +
          `Set ${inTheWay.join(', ')} to backends that processes share, or run all roles.`,
      );
    }
    if (roles.has('control-api') && !roles.has('origin') && !config.origin.publicUrl && !config.server.publicUrl) {
      throw new OperatorError(
        'The control API tells players where the origin is, and here it runs elsewhere. ' +
          'Set origin.publicUrl to how players reach it (or server.publicUrl, when one address leads to both).',
      );
    }
  }
  return roles;
}
