import { importsOf, packageOf } from './imports.ts';
import { isTestCode, type Source, type Violation } from './sources.ts';

/** A library, or a part of Node, that stays behind one door: production code imports it only in these files. */
interface Confinement {
  readonly packages: RegExp;
  readonly files: RegExp;
  /** At most so many files, when the folder is named and not the file. */
  readonly most?: number;
}

const confinements: readonly Confinement[] = [
  // What reads an upload runs in the cage of `transcoder/child`: code that starts programs by itself goes round it.
  // Pictures are read by a process of our own program, within limits of its own.
  {
    packages: /^(?:node:)?child_process$/,
    files:
      /^(?:transcoder\/(?:child\/|tools\.ts$|encode\/ffmpeg-runner\.ts$)|control-api\/catalog\/pictures\/decoding\.ts$|server\/cli\/|config\/tooling\/|fixtures\/|bench\/)/,
  },
  { packages: /^fluent-ffmpeg$/, files: /^transcoder\/encode\//, most: 1 },
  { packages: /^(ffmpeg-static|shaka-packager)$/, files: /^transcoder\/tools\.ts$/ },
  { packages: /^better-sqlite3$/, files: /^server\/db\/sqlite\.ts$/ },
  { packages: /^pg$/, files: /^server\/db\/postgres\.ts$/ },
  { packages: /^@tus\/server$/, files: /^control-api\/uploads\// },
  { packages: /^@(aws-sdk|smithy)\//, files: /^server\/storage\/s3[./-]/ },
  { packages: /^@google-cloud\/storage$|^google-auth-library$/, files: /^server\/storage\/gcs[./-]/ },
  { packages: /^ioredis$/, files: /^server\/([a-z]+\/redis[./-]|queue\/bullmq[./-]|boot\/)/ },
  { packages: /^(rate-limiter-flexible|redis-semaphore)$/, files: /^server\/limits\// },
  { packages: /^cockatiel$/, files: /^server\/storage\// },
  { packages: /^bullmq$/, files: /^server\/queue\/bullmq[./-]/ },
  { packages: /^(nodemailer|postal-mime)$/, files: /^server\/mail\// },
  // What reads files that people upload.
  { packages: /^(chardet|ass-compiler|imsc|saxes)$/, files: /^server\/assets\/subtitles\// },
  { packages: /^stripe$/, files: /^control-api\/(subscriptions|wallet)\// },
  { packages: /^firebase-admin$/, files: /^control-api\/(sign-in\/providers|notifications)\// },
  { packages: /^(openid-client|jose)$/, files: /^control-api\/sign-in\/providers\// },
  { packages: /mailchimp/, files: /^control-api\/notifications\// },
  { packages: /^@node-rs\/argon2$/, files: /^control-api\/sign-in\/passwords\/passwords\.ts$/ },
  { packages: /^jsonwebtoken$/, files: /^control-api\/sign-in\/access-tokens\.ts$/ },
  { packages: /^pino(-pretty)?$/, files: /^server\/kit\// },
  { packages: /^prom-client$/, files: /^(server\/(kit|http)\/|(origin|transcoder|control-api)\/)/ },
];

/** Libraries used outside of their door. */
export function confinedPackages(sources: readonly Source[]): Violation[] {
  return confinements.flatMap(({ packages, files, most }) => {
    const uses = sources
      .filter((source) => !isTestCode(source.file))
      .flatMap((source) =>
        importsOf(source)
          .map(({ specifier, line }) => ({ file: source.file, line, name: packageOf(specifier) ?? specifier }))
          .filter(({ name }) => packages.test(name)),
      );
    const outside = uses.filter((use) => !files.test(use.file));
    const doors = [...new Set(uses.filter((use) => files.test(use.file)).map((use) => use.file))];
    return [
      ...outside.map(({ file, line, name }) => ({
        file,
        line,
        message: `imports ${name}, which is confined to ${files.source}`,
      })),
      ...(most !== undefined && doors.length > most
        ? [
            {
              file: doors[most] as string,
              line: 0,
              message: `is one door too many for ${packages.source}: ${doors.join(', ')}`,
            },
          ]
        : []),
    ];
  });
}

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Code that runs where development packages are not installed. Web apps are bundled, and the API described, before that. */
function isProduction(file: string): boolean {
  return (
    /^(server|transcoder|origin|control-api)\//.test(file) &&
    !/^control-api\/web\/(kit\/|[a-z]+\/(src\/|[a-z.]+\.config\.ts$))/.test(file) &&
    file !== 'server/cli/openapi.ts' &&
    !isTestCode(file)
  );
}

/** Packages that are used but not declared, or are declared as a development tool and needed in production. */
export function undeclaredPackages(sources: readonly Source[], manifest: Manifest): Violation[] {
  const always = { ...manifest.dependencies, ...manifest.optionalDependencies };
  return sources.flatMap((source) =>
    importsOf(source).flatMap((each): Violation[] => {
      const name = packageOf(each.specifier);
      if (name === undefined || name in always) return [];
      const isTool = name in (manifest.devDependencies ?? {});
      if (isTool && (each.typeOnly || !isProduction(source.file))) return [];
      return [
        {
          file: source.file,
          line: each.line,
          message: isTool
            ? `needs ${name} in production: move it from devDependencies to dependencies`
            : `imports ${name}, which package.json does not declare`,
        },
      ];
    }),
  );
}

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Packages that the lock file does not hold although others ask for them. npm writes such locks when it is run over
 * an existing node_modules, or when its registry lacks packages for other systems; `npm ci` then refuses.
 */
export function incompleteLock(lock: { readonly packages: Readonly<Record<string, LockEntry>> }): Violation[] {
  const { packages } = lock;
  const isThere = (from: string, name: string): boolean => {
    // As Node looks for it: beside the package that asks, then one level up, and so on.
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true;
      if (at === '') return false;
    }
  };
  return Object.entries(packages).flatMap(([place, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !isThere(place, name))
      .map((name) => ({
        file: 'package-lock.json',
        line: 0,
        message: `lacks ${name}, which ${place || 'package.json'} asks for: npm ci would refuse`,
      })),
  );
}
