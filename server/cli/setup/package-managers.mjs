/** @typedef {'ffmpeg' | 'chromium' | 'redis' | 'postgresql' | 'ceph' | 'xmllint' | 'nginx' | 'wrk'} Program */

/**
 * @typedef {object} Manager
 * @property {string} command
 * @property {boolean} needsRoot Homebrew is the other way round: it refuses root.
 * @property {Readonly<Record<string, string>>} environment
 * @property {readonly string[]} update arguments that refresh the list of packages; none: not needed
 * @property {readonly string[]} install arguments before the packages
 * @property {Readonly<Record<Program, readonly string[]>>} packages none: it has no package of that program
 */

/** Package managers, and what each calls the programs we use. @type {readonly Manager[]} */
export const managers = [
  {
    command: 'apt-get',
    needsRoot: true,
    environment: { DEBIAN_FRONTEND: 'noninteractive' },
    update: ['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=30', 'update'],
    install: [
      '-y',
      '-o',
      'Acquire::Retries=2',
      '-o',
      'Acquire::http::Timeout=30',
      '-o',
      'DPkg::Lock::Timeout=120',
      'install',
      '--no-install-recommends',
    ],
    packages: {
      // A browser without any font draws boxes.
      ffmpeg: ['ffmpeg'],
      chromium: ['chromium-headless-shell', 'fonts-liberation'],
      redis: ['redis-server'],
      postgresql: ['postgresql'],
      // Ceph's object gateway and what it stands on: S3 for tests.
      ceph: ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'],
      xmllint: ['libxml2-utils'],
      nginx: ['nginx-light'],
      wrk: ['wrk'],
    },
  },
  {
    command: 'dnf',
    needsRoot: true,
    environment: {},
    update: [],
    install: ['install', '-y'],
    packages: {
      ffmpeg: ['ffmpeg'],
      chromium: ['chromium'],
      redis: ['redis'],
      postgresql: ['postgresql-server'],
      ceph: ['ceph-radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'],
      xmllint: ['libxml2'],
      nginx: ['nginx'],
      wrk: ['wrk'],
    },
  },
  {
    command: 'apk',
    needsRoot: true,
    environment: {},
    update: [],
    install: ['add'],
    packages: {
      ffmpeg: ['ffmpeg'],
      chromium: ['chromium'],
      redis: ['redis'],
      postgresql: ['postgresql'],
      ceph: [],
      xmllint: ['libxml2-utils'],
      nginx: ['nginx'],
      wrk: ['wrk'],
    },
  },
  {
    command: 'pacman',
    needsRoot: true,
    environment: {},
    update: [],
    install: ['-S', '--noconfirm', '--needed'],
    packages: {
      ffmpeg: ['ffmpeg'],
      chromium: ['chromium'],
      redis: ['redis'],
      postgresql: ['postgresql'],
      ceph: [],
      xmllint: ['libxml2'],
      nginx: ['nginx'],
      wrk: ['wrk'],
    },
  },
  {
    command: 'zypper',
    needsRoot: true,
    environment: {},
    update: [],
    install: ['--non-interactive', 'install'],
    packages: {
      ffmpeg: ['ffmpeg'],
      chromium: ['chromium'],
      redis: ['redis'],
      postgresql: ['postgresql-server'],
      ceph: ['ceph-radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'],
      xmllint: ['libxml2-tools'],
      nginx: ['nginx'],
      wrk: ['wrk'],
    },
  },
  {
    command: 'brew',
    needsRoot: false,
    environment: {},
    update: [],
    install: ['install'],
    packages: {
      ffmpeg: ['ffmpeg'],
      chromium: ['--cask', 'google-chrome'],
      redis: ['redis'],
      postgresql: ['postgresql@17'],
      ceph: [],
      xmllint: ['libxml2'],
      nginx: ['nginx'],
      wrk: ['wrk'],
    },
  },
];
