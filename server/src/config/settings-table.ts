import { LIMITS } from '../lib/limits.ts';
import type { Settings } from './settings.ts';
import * as values from './values.ts';
import * as groups from './workflow-groups.ts';

/** One setting: its names, how its value is read, and what it is for. The documentation is made from these. */
export interface Definition {
  /** Its name in `Settings`. */
  readonly property: keyof Settings;
  /** The variable that wins over the file; none where the value is more than a line of text. */
  readonly environment: string | undefined;
  /** The key that it had before; see `former-names.ts`. */
  readonly formerKey?: string;
  readonly read: values.Reader;
  /** The value where none is given: a raw text, or the value itself. It may derive from settings above it. */
  readonly fallback: (settled: Partial<Settings>) => unknown;
  /** The default in the documentation, where the value itself says little. */
  readonly shownDefault?: string;
  /** The value is never shown. */
  readonly secret?: true;
  /** One sentence. */
  readonly description: string;
}

const none = () => undefined;
/** An IPv6 address stands in brackets in a URL, without its zone (RFC 3986 3.2.2). */
const inUrl = (host = ''): string => (host.includes(':') ? `[${host.replace(/%.*/, '')}]` : host);

/** All settings by their key in the file, in the order in which they are settled and shown. */
export const TABLE = {
  host: {
    property: 'host',
    environment: 'PURSER_HOST',
    read: values.host,
    fallback: () => '127.0.0.1',
    description: 'The address or name to listen on, without a port; an IPv6 address may stand in brackets.',
  },
  port: {
    property: 'port',
    environment: 'PURSER_PORT',
    read: values.port,
    fallback: () => 8700,
    description: 'The port to listen on.',
  },
  base_url: {
    property: 'baseUrl',
    environment: 'PURSER_BASE_URL',
    read: values.httpUrl,
    fallback: ({ host, port }) => `http://${inUrl(host)}:${port}`,
    description: 'The public URL, which may have a path; all links and catalog entries derive from it.',
  },
  trusted_proxies: {
    property: 'trustedProxies',
    environment: 'PURSER_TRUSTED_PROXIES',
    read: values.networks,
    fallback: () => [],
    shownDefault: 'none',
    description:
      'Which proxies are believed about whom they forward for: a list of addresses and networks. Only their X-Forwarded-For, Forwarded and X-Forwarded-Proto count.',
  },
  database_url: {
    property: 'databaseUrl',
    environment: 'PURSER_DATABASE_URL',
    read: values.databaseUrl,
    fallback: () => 'sqlite:./data/purser.db',
    description: 'Where the data is: sqlite:PATH for the embedded engine, or postgres://… for many nodes.',
  },
  admin_email: {
    property: 'adminEmail',
    environment: 'PURSER_ADMIN_EMAIL',
    read: values.email,
    fallback: none,
    description:
      'The e-mail address of the first administrator, read while there is none; admin@localhost if not set.',
  },
  admin_password: {
    property: 'adminPassword',
    environment: 'PURSER_ADMIN_PASSWORD',
    read: values.password(LIMITS.password_length_min, LIMITS.password_length_max),
    fallback: none,
    secret: true,
    description: 'The password of the first administrator; generated and printed once if not set.',
  },
  admin_token: {
    property: 'adminToken',
    environment: 'PURSER_ADMIN_TOKEN',
    read: values.token,
    fallback: none,
    secret: true,
    description: 'The API token of the first administrator; generated and printed once if not set.',
  },
  mail_url: {
    property: 'mailUrl',
    environment: 'PURSER_MAIL_URL',
    read: values.mailUrl,
    fallback: () => 'console',
    description: 'How mail leaves: console, smtp://…, smtps://…, or file:DIR for one .eml file per mail.',
  },
  mail_from: {
    property: 'mailFrom',
    environment: 'PURSER_MAIL_FROM',
    read: values.sender,
    fallback: () => 'cloud@localhost',
    description: 'The sender of every mail.',
  },
  mail_templates: {
    property: 'mailTemplates',
    environment: 'PURSER_MAIL_TEMPLATES',
    read: values.directory,
    fallback: none,
    description: 'A directory with templates of mails that win over the built-in ones of the same name.',
  },
  mail_retry_hours: {
    property: 'mailRetry_ms',
    environment: 'PURSER_MAIL_RETRY_HOURS',
    formerKey: 'mail_patience_hours',
    read: values.hours,
    fallback: () => '48',
    description: 'For how many hours a mail is sent again that the mail server does not accept.',
  },
  mails_per_recipient: {
    property: 'mailsPerRecipient',
    environment: 'PURSER_MAILS_PER_RECIPIENT',
    read: values.wholeNumber('a number', 1, 1_000_000_000),
    fallback: () => LIMITS.mails_per_recipient,
    description:
      'How many mails an hour requests without an account can have sent to one address; one account can have five times as many sent to it.',
  },
  anonymous_requests_per_address: {
    property: 'anonymousRequestsPerAddress',
    environment: 'PURSER_ANONYMOUS_REQUESTS_PER_ADDRESS',
    formerKey: 'requests_per_stranger',
    read: values.wholeNumber('a number', 1, 1_000_000_000),
    fallback: () => LIMITS.anonymous_requests_per_address,
    description:
      'How many anonymous requests an hour from one network address may store or send something: sign-ups and password resets.',
  },
  anonymous_requests: {
    property: 'anonymousRequests',
    environment: 'PURSER_ANONYMOUS_REQUESTS',
    formerKey: 'requests_of_strangers',
    read: values.wholeNumber('a number', 1, 1_000_000_000),
    fallback: () => LIMITS.anonymous_requests,
    description: 'The same for all network addresses together.',
  },
  requests_per_account: {
    property: 'requestsPerAccount',
    environment: 'PURSER_REQUESTS_PER_ACCOUNT',
    read: values.wholeNumber('a number', 1, 1_000_000_000),
    fallback: () => LIMITS.requests_per_account,
    description:
      'How many changes an hour one account may make, operators excepted; those behind one network address may together make five times as many.',
  },
  service_name: {
    property: 'serviceName',
    environment: 'PURSER_SERVICE_NAME',
    read: values.text,
    fallback: () => 'Purser',
    description: 'What the service calls itself in mails and pages.',
  },
  helpdesk: {
    property: 'helpdesk',
    environment: 'PURSER_HELPDESK',
    read: values.emails,
    fallback: none,
    shownDefault: 'the administrators',
    description:
      'Who gets the feedback of users: a list of addresses; if not set, all active accounts that have the role `admin` on the whole cloud.',
  },
  project_notifications: {
    property: 'projectNotifications',
    environment: 'PURSER_PROJECT_NOTIFICATIONS',
    read: values.emails,
    fallback: ({ helpdesk }) => helpdesk,
    shownDefault: 'as `helpdesk`',
    description: 'Who hears of applications for projects: a list of addresses; the helpdesk if not set.',
  },
  project_expiry: {
    property: 'projectExpiry',
    environment: 'PURSER_PROJECT_EXPIRY',
    read: values.oneOf('automatic', 'manual'),
    fallback: () => 'automatic',
    description:
      'Whether projects end by themselves at their end date, or when an operator ends those that have expired.',
  },
  project_warning_days: {
    property: 'projectWarningDays',
    environment: 'PURSER_PROJECT_WARNING_DAYS',
    read: values.days,
    fallback: () => '30,14,7,1',
    description:
      'How many days before the end of a project its owner is warned by mail: a list; empty for never.',
  },
  token_lifetime_hours: {
    property: 'tokenLifetime_ms',
    environment: 'PURSER_TOKEN_LIFETIME_HOURS',
    read: values.hours,
    fallback: () => '720',
    description: 'For how many hours an API token is good if nothing else is said when it is made.',
  },
  cookie_name: {
    property: 'cookieName',
    environment: 'PURSER_COOKIE_NAME',
    read: values.cookieName,
    fallback: () => '_pithos2_a',
    description: 'The name of the cookie by which other parts of the cloud recognise a login.',
  },
  admin_api: {
    property: 'adminApi',
    environment: 'PURSER_ADMIN_API',
    read: values.yesOrNo,
    fallback: () => false,
    description:
      'Whether programs may manage users by the identity API v2.0, for clients of older installations; others use the native API.',
  },
  admin_api_groups: {
    property: 'adminApiGroups',
    environment: 'PURSER_ADMIN_API_GROUPS',
    read: values.names,
    fallback: () => ['admin-api'],
    description: 'Which roles on the whole cloud may do so: a list of names.',
  },
  components_own_resources: {
    property: 'componentsOwnResources',
    environment: 'PURSER_COMPONENTS_OWN_RESOURCES',
    read: values.yesOrNo,
    fallback: () => false,
    description:
      'Whether a component may issue commissions for the resources of its own services only; otherwise it may charge any resource.',
  },
  metrics_token: {
    property: 'metricsToken',
    environment: 'PURSER_METRICS_TOKEN',
    read: values.token,
    fallback: none,
    secret: true,
    description:
      'The bearer token that /metrics and /admin/stats need; without one they answer programs on the same machine only, and none where base_url is a public address or a proxy is trusted.',
  },
  admin_stats_groups: {
    property: 'adminStatsGroups',
    environment: 'PURSER_ADMIN_STATS_GROUPS',
    read: values.names,
    fallback: () => ['admin-stats'],
    description: 'Which roles on the whole cloud may see /admin/stats/detail: a list of names.',
  },
  account_generation: {
    property: 'accountGeneration',
    environment: 'PURSER_ACCOUNT_GENERATION',
    read: values.oneOf('auto', 'a', 'b'),
    fallback: () => 'auto',
    description:
      'In which generation of the account dialect callers are answered: `b` with quotas by project, `a` with the one source `system` that clients of Astakos 0.14 and 0.15 know, `auto` as each component and token uses it.',
  },
  log_level: {
    property: 'logLevel',
    environment: 'PURSER_LOG_LEVEL',
    read: values.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    fallback: () => 'info',
    description: 'From which level on events are logged.',
  },
  webhooks_private_addresses: {
    property: 'webhooksPrivateAddresses',
    environment: 'PURSER_WEBHOOKS_PRIVATE_ADDRESSES',
    read: values.yesOrNo,
    fallback: () => false,
    description:
      'Whether webhooks may be on this machine and in private networks; every operator can then make the service call there.',
  },
  components_meta: {
    property: 'componentsMeta',
    environment: undefined,
    read: values.metadata,
    fallback: () => ({}),
    description: 'How components are shown, by component name; it wins over what is built in.',
  },
  resources_meta: {
    property: 'resourcesMeta',
    environment: undefined,
    read: values.metadata,
    fallback: () => ({}),
    description: 'How resources are shown, by resource name; it wins over what is built in.',
  },
  feature_sets: {
    property: 'featureSets',
    environment: undefined,
    read: groups.featureSets,
    fallback: () => [],
    description: 'Packages that bring actions, types of tasks and delegate APIs of their own.',
  },
  workflow: {
    property: 'workflow',
    environment: undefined,
    read: groups.workflow,
    fallback: () => groups.workflow({}, ''),
    shownDefault: 'see below',
    description: 'How tasks are run.',
  },
  notifications: {
    property: 'notificationHandlerDefaults',
    environment: undefined,
    read: groups.handlers,
    fallback: () => groups.handlers({}, ''),
    shownDefault: 'see below',
    description: 'How operators hear of tasks.',
  },
  api: {
    property: 'api',
    environment: undefined,
    read: groups.api,
    fallback: () => groups.api({}, ''),
    shownDefault: 'see below',
    description: 'Which delegate APIs there are.',
  },
  identity: {
    property: 'identity',
    environment: undefined,
    read: groups.identity,
    fallback: () => groups.identity({}, ''),
    shownDefault: 'see below',
    description: 'How users are named, where they are managed, and who may give which roles by tasks.',
  },
  quota: {
    property: 'quota',
    environment: undefined,
    read: groups.quota,
    fallback: () => groups.quota({}, ''),
    shownDefault: 'see below',
    description: 'Which sizes of quotas there are.',
  },
  regions: {
    property: 'regions',
    environment: 'PURSER_REGIONS',
    read: values.names,
    fallback: () => ['RegionOne'],
    description: 'The regions of the cloud, a list of names; endpoints that name none are in the first.',
  },
} as const satisfies Record<string, Definition>;
