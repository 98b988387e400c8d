import { type GroupKeys, group } from './groups.ts';
import { QUOTA_SIZES } from './quota-sizes.ts';
import { directory, httpUrl, metadata, type Reader, SettingError, wholeNumber, yesOrNo } from './values.ts';

/** Packages of feature sets; a mapping, as the older workflow service has them, names some that cannot be loaded. */
export const featureSets: Reader = (raw, cwd, warn) => {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return names(raw, cwd);
  for (const name of Object.keys(raw)) {
    warn?.(`${name}: This feature set has no effect: those of the older workflow service cannot be loaded.`);
  }
  return [];
};

/** A list of texts; a region may have none. */
export const names: Reader = (raw) => {
  if (Array.isArray(raw) && raw.every((item) => typeof item === 'string' && item !== '')) return raw;
  throw new SettingError(`${JSON.stringify(raw)} is not a list of names.`);
};

/** Names, and for each of them a list of names. */
const namesByName: Reader = (raw, cwd) => {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new SettingError(`${JSON.stringify(raw)} is not a mapping from names to lists of names.`);
  }
  const given = Object.entries(raw).filter(([, list]) => list !== null);
  for (const [, list] of given) names(list, cwd);
  return Object.fromEntries(given);
};

/** Sizes, and for each of them services, with their resources. */
const sizes: Reader = (raw, cwd) => {
  const faults: string[] = [];
  const given = Object.entries(metadata(raw, cwd) as Record<string, Record<string, unknown>>);
  const read = given.map(([size, services]) => {
    // A service of which every quota is commented out is null.
    const quotas = Object.entries(services).map(([service, own]): [string, unknown] => [service, own ?? {}]);
    for (const [service, own] of quotas) {
      const isMapping = typeof own === 'object' && !Array.isArray(own);
      if (isMapping && Object.values(own as object).every(Number.isSafeInteger)) continue;
      faults.push(`The quotas of ${service} in size '${size}' are not a mapping to integers.`);
    }
    return [size, Object.fromEntries(quotas)];
  });
  if (faults.length > 0) throw new SettingError(...faults);
  return Object.fromEntries(read);
};

/** Services with their quotas, and for each the resources that it limits. */
const mapping: Reader = (raw, cwd) => {
  const services = Object.entries(metadata(raw, cwd) as Record<string, Record<string, unknown>>);
  return Object.fromEntries(
    services.map(([service, quotas]) => {
      const mapped = Object.entries(quotas).map(([quota, value]) => [
        quota,
        value === null ? null : mappedQuota(`${service}.${quota}`, value),
      ]);
      return [service, Object.fromEntries(mapped)];
    }),
  );
};

function mappedQuota(place: string, raw: unknown): { resources: string[]; factor: bigint } {
  const { resource, factor = 1, ...rest } = (raw ?? {}) as Record<string, unknown>;
  const resources = typeof resource === 'string' ? [resource] : resource;
  const isList =
    Array.isArray(resources) &&
    resources.length > 0 &&
    resources.every((item) => typeof item === 'string' && item !== '');
  const known = typeof raw === 'object' && !Array.isArray(raw) && Object.keys(rest).length === 0;
  if (!known || !isList || !Number.isSafeInteger(factor) || Number(factor) < 1) {
    throw new SettingError(
      `The value of ${place} is not null or a mapping with a resource or a list of them, and perhaps a factor from 1 on.`,
    );
  }
  return { resources, factor: BigInt(factor as number) };
}

const anything: Reader = (raw) => raw;

/** A hundred years. */
const SECONDS_MAX = 100 * 365 * 86_400;
const DAY_MS = 86_400_000;

const WORKFLOW_KEYS: GroupKeys = {
  horizon_url: {
    property: 'horizonUrl',
    read: httpUrl,
    shownDefault: '`BASE_URL/ui`',
    description: 'The base URL of links in mails; tokens are at `token/TOKEN` below it.',
  },
  default_token_expiry: {
    property: 'defaultTokenExpiry_s',
    read: wholeNumber('a number of seconds', 1, SECONDS_MAX),
    fallback: 86_400,
    description: 'The lifetime of a token in seconds, unless its type of task states another one.',
  },
  background_after_ms: {
    property: 'backgroundAfter_ms',
    read: wholeNumber('a number of milliseconds', 1, DAY_MS),
    description:
      'The number of milliseconds after which a request no longer waits for a stage, which continues in the background; unlimited if not set.',
  },
  project_lifetime_years: {
    property: 'projectLifetime_years',
    read: wholeNumber('a number of years', 1, 1000),
    fallback: 10,
    description: 'The lifetime of projects created by tasks, in years.',
  },
  templates: {
    property: 'templates',
    read: directory,
    description: 'A directory with templates of task mails that override the built-in ones of the same name.',
  },
  task_defaults: {
    property: 'taskDefaults',
    read: metadata,
    fallback: {},
    description: 'Mails (`emails`) and handlers of notifications (`notifications`) of all types of tasks.',
  },
  action_defaults: {
    property: 'actionDefaults',
    read: metadata,
    fallback: {},
    description: 'Settings of actions, by action.',
  },
  tasks: {
    property: 'tasks',
    read: metadata,
    fallback: {},
    description:
      'By type of task: `allow_auto_approve`, `additional_actions`, `token_expiry`, `actions`, `emails` and `notifications`, which override the defaults. A type of task with one action twice stops the start.',
  },
};

const NOTIFICATIONS_KEYS: GroupKeys = {
  handler_defaults: {
    property: 'handlers',
    read: metadata,
    fallback: {},
    description:
      'Settings of handlers, by handler; for EmailNotification `emails`, `from`, `reply`, `template`.',
  },
};

const API_KEYS: GroupKeys = {
  active_delegate_apis: {
    property: 'activeDelegateApis',
    read: names,
    shownDefault: 'all',
    description: 'The delegate APIs that are served.',
  },
  delegate_apis: {
    property: 'delegateApis',
    read: metadata,
    fallback: {},
    description: 'Settings of delegate APIs, by API.',
  },
};

const MANAGED_BY_ADMINS = ['project_admin', 'project_mod', 'heat_stack_owner', 'member'];

/** The keys of a value, for people. */
const naming = (value: unknown): string =>
  typeof value === 'object' && value !== null ? ` (${Object.keys(value).join(', ')})` : '';

const IDENTITY_KEYS: GroupKeys = {
  role_mapping: {
    property: 'roleMapping',
    read: namesByName,
    fallback: {
      admin: MANAGED_BY_ADMINS,
      project_admin: MANAGED_BY_ADMINS,
      project_mod: ['project_mod', 'heat_stack_owner', 'member'],
    },
    description: 'By role: the roles that its holders may grant and revoke.',
  },
  username_is_email: {
    property: 'usernameIsEmail',
    read: yesOrNo,
    fallback: true,
    description:
      'Whether the user name of a person is the e-mail address. If false, sign-ups, invitations and password resets take a `username` beside the `email`.',
  },
  can_edit_users: {
    property: 'canEditUsers',
    read: yesOrNo,
    fallback: true,
    description:
      'Whether users can be created, renamed and given passwords in Purser. If false, they are managed in another system, and such requests are refused; service accounts can always be changed.',
  },
  auth: {
    property: 'auth',
    read: anything,
    unhonoured: (value) => `This has no effect${naming(value)}: the service needs no account at a Keystone.`,
    description: 'Accepted in older files, without effect: the service needs no Keystone account.',
  },
  token_cache_time: {
    property: 'tokenCacheTime',
    read: anything,
    unhonoured: () => 'This has no effect: a token that was revoked is refused within a second.',
    description: 'Accepted in older files, without effect.',
  },
};

const QUOTA_KEYS: GroupKeys = {
  sizes: {
    property: 'sizes',
    read: sizes,
    fallback: QUOTA_SIZES,
    shownDefault: 'small, medium and large',
    description: 'By size, service and resource: the quota. Below zero means unlimited.',
  },
  sizes_ascending: {
    property: 'sizesAscending',
    read: names,
    fallback: ['small', 'medium', 'large'],
    description: 'The sizes from the smallest to the largest.',
  },
  mapping: {
    property: 'mapping',
    read: mapping,
    fallback: {},
    shownDefault: 'the resources of the well-known services',
    description:
      'By service and quota: the `resource` or list of resources that it limits, and the `factor`: the quantity of one unit, 1 if not set. It is merged with the default; null removes a quota.',
  },
  services: {
    property: 'services',
    read: namesByName,
    fallback: { '*': ['cinder', 'neutron', 'nova'] },
    description:
      'By region, `*` for all others: the services whose quotas are managed; an empty list for none.',
  },
};

/** The groups of settings of the workflow, by their keys in the file. */
export const WORKFLOW_GROUPS: Readonly<Record<string, GroupKeys>> = {
  workflow: WORKFLOW_KEYS,
  notifications: NOTIFICATIONS_KEYS,
  api: API_KEYS,
  identity: IDENTITY_KEYS,
  quota: QUOTA_KEYS,
};

export const workflow = group(WORKFLOW_KEYS);
export const api = group(API_KEYS);
export const quota = group(QUOTA_KEYS);

/** The settings of handlers alone. */
export const handlers: Reader = (raw, cwd, warn) =>
  (group(NOTIFICATIONS_KEYS)(raw, cwd, warn) as { handlers: unknown }).handlers;

/** How users are named, where they are managed, and the mapping of roles; other keys are read without effect. */
export const identity: Reader = (raw, cwd, warn) => {
  const { roleMapping, usernameIsEmail, canEditUsers } = group(IDENTITY_KEYS)(raw, cwd, warn) as Record<
    string,
    unknown
  >;
  return { roleMapping, usernameIsEmail, canEditUsers };
};
