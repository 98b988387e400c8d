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
    description: 'The address or name to listen on, without a port; an IPv6 address may have brackets.',
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
      'The trusted proxies: a list of addresses and networks. X-Forwarded-For, Forwarded and X-Forwarded-Proto are used only from these.',
  },
  database_url: {
    property: 'databaseUrl',
    environment: 'PURSER_DATABASE_URL',
    read: values.databaseUrl,
    fallback: () => 'sqlite:./data/purser.db',
    description: 'The database: sqlite:PATH for the embedded engine, or postgres://… for many nodes.',
  },
  admin_email: {
    property: 'adminEmail',
    environment: 'PURSER_ADMIN_EMAIL',
    read: values.email,
    fallback: none,
    description:
      'The e-mail address of the first administrator, used only while no administrator exists; admin@localhost if not set.',
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
    description: 'How mail is sent: console, smtp://…, smtps://…, or file:DIR for one .eml file per mail.',
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
    description: 'A directory with mail templates that override the built-in ones of the same name.',
  },
  mail_retry_hours: {
    property: 'mailRetry_ms',
    environment: 'PURSER_MAIL_RETRY_HOURS',
    formerKey: 'mail_patience_hours',
    read: values.hours,
    fallback: () => '48',
    description: 'The number of hours for which a mail is retried that the mail server does not accept.',
  },
  mails_per_recipient: {
    property: 'mailsPerRecipient',
    environment: 'PURSER_MAILS_PER_RECIPIENT',
    read: values.wholeNumber('a number', 1, 1_000_000_000),
    fallback: () => LIMITS.mails_per_recipient,
    description:
      'The maximum number of mails per hour to one address that requests without an account can cause; for requests of one account it is five times as high.',
  },
  anonymous_requests_per_address: {
    property: 'anonymousRequestsPerAddress',
    environment: 'PURSER_ANONYMOUS_REQUESTS_PER_ADDRESS',
    formerKey: 'requests_per_stranger',
    read: values.wholeNumber('a number', 1, 1_000_000_000),
    fallback: () => LIMITS.anonymous_requests_per_address,
    description:
      'The maximum number of anonymous requests per hour from one network address that store or send something: sign-ups and password resets.',
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
      'The maximum number of changes per hour by one account, except operators; for all accounts at one network address together it is five times as high.',
  },
  service_name: {
    property: 'serviceName',
    environment: 'PURSER_SERVICE_NAME',
    read: values.text,
    fallback: () => 'Purser',
    description: 'The name of the service in mails and pages.',
  },
  helpdesk: {
    property: 'helpdesk',
    environment: 'PURSER_HELPDESK',
    read: values.emails,
    fallback: none,
    shownDefault: 'the administrators',
    description:
      'The recipients of user feedback: a list of addresses; if not set, all active accounts that have the role `admin` on the whole cloud.',
  },
  project_notifications: {
    property: 'projectNotifications',
    environment: 'PURSER_PROJECT_NOTIFICATIONS',
    read: values.emails,
    fallback: ({ helpdesk }) => helpdesk,
    shownDefault: 'as `helpdesk`',
    description:
      'The recipients of mails about project applications: a list of addresses; the helpdesk if not set.',
  },
  project_expiry: {
    property: 'projectExpiry',
    environment: 'PURSER_PROJECT_EXPIRY',
    read: values.oneOf('automatic', 'manual'),
    fallback: () => 'automatic',
    description: 'Whether projects are terminated automatically at their end date, or only by an operator.',
  },
  project_warning_days: {
    property: 'projectWarningDays',
    environment: 'PURSER_PROJECT_WARNING_DAYS',
    read: values.days,
    fallback: () => '30,14,7,1',
    description:
      'The numbers of days before the end of a project when its owner gets a warning by mail: a list; empty for none.',
  },
  token_lifetime_hours: {
    property: 'tokenLifetime_ms',
    environment: 'PURSER_TOKEN_LIFETIME_HOURS',
    read: values.hours,
    fallback: () => '720',
    description: 'The default lifetime of API tokens, in hours.',
  },
  second_factor_required: {
    property: 'secondFactorRequired',
    environment: 'PURSER_SECOND_FACTOR_REQUIRED',
    read: values.names,
    fallback: () => [],
    shownDefault: 'none',
    description:
      'The roles whose holders must have a second factor: a list of names, or `all` for every user.',
  },
  webauthn_rp_id: {
    property: 'webauthnRpId',
    environment: 'PURSER_WEBAUTHN_RP_ID',
    read: values.domainName,
    fallback: none,
    shownDefault: 'the host name of `base_url`',
    description:
      'The domain name that passkeys are bound to: the host name of `base_url`, or a domain that it belongs to. A change makes all passkeys useless.',
  },
  session_idle_hours: {
    property: 'sessionIdle_ms',
    environment: 'PURSER_SESSION_IDLE_HOURS',
    read: values.hours,
    fallback: () => '8',
    description: 'The time after which an unused session of the web ends, in hours.',
  },
  session_max_hours: {
    property: 'sessionMax_ms',
    environment: 'PURSER_SESSION_MAX_HOURS',
    read: values.hours,
    fallback: () => '168',
    description: 'The time after which a session of the web ends even if it is used, in hours.',
  },
  sign_up: {
    property: 'signUp',
    environment: 'PURSER_SIGN_UP',
    read: values.yesOrNo,
    fallback: () => true,
    description: 'Whether people create accounts themselves, on a page or by the API.',
  },
  account_moderation: {
    property: 'accountModeration',
    environment: 'PURSER_ACCOUNT_MODERATION',
    read: values.yesOrNo,
    fallback: () => true,
    description: 'Whether an operator decides on each account that a person has created.',
  },
  account_patterns: {
    property: 'accountPatterns',
    environment: 'PURSER_ACCOUNT_PATTERNS',
    read: values.patterns,
    fallback: () => [],
    shownDefault: 'none',
    description:
      'Regular expressions for whole e-mail addresses, such as .*@example\\.org; accounts with such an address are accepted without an operator. In the variable, one for each line.',
  },
  sign_up_hours: {
    property: 'signUpVerify_ms',
    environment: 'PURSER_SIGN_UP_HOURS',
    read: values.hours,
    fallback: () => '72',
    description:
      'The time for which the link in the mail of a sign-up works, in hours; then the sign-up is deleted.',
  },
  account_pending_notifications: {
    property: 'accountPendingNotifications',
    environment: 'PURSER_ACCOUNT_PENDING_NOTIFICATIONS',
    read: values.emails,
    fallback: none,
    shownDefault: 'the administrators',
    description: 'The recipients of the mail that an account waits for approval.',
  },
  account_activated_notifications: {
    property: 'accountActivatedNotifications',
    environment: 'PURSER_ACCOUNT_ACTIVATED_NOTIFICATIONS',
    read: values.emails,
    fallback: none,
    shownDefault: 'the administrators',
    description: 'The recipients of the mail that an account was accepted.',
  },
  weblogin_targets: {
    property: 'webloginTargets',
    environment: 'PURSER_WEBLOGIN_TARGETS',
    read: values.programTargets,
    fallback: () => 'pithos,pithosdev',
    description:
      'The programs that may receive a token through the browser: a list of URL schemes, such as pithos, and of origins, such as https://app.example.org.',
  },
  cookie_name: {
    property: 'cookieName',
    environment: 'PURSER_COOKIE_NAME',
    read: values.cookieName,
    fallback: () => '_pithos2_a',
    description: 'The name of the cookie by which other services of the cloud recognize a login.',
  },
  admin_api: {
    property: 'adminApi',
    environment: 'PURSER_ADMIN_API',
    read: values.yesOrNo,
    fallback: () => false,
    description:
      'Whether programs can manage users through the identity API v2.0, for clients of older installations; others use the native API.',
  },
  admin_api_groups: {
    property: 'adminApiGroups',
    environment: 'PURSER_ADMIN_API_GROUPS',
    read: values.names,
    fallback: () => ['admin-api'],
    description: 'The roles on the whole cloud that are allowed to use it: a list of names.',
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
      'The bearer token that /metrics and /admin/stats require. Without one they answer only programs on the same machine, and none if base_url is a public address or a proxy is trusted.',
  },
  admin_stats_groups: {
    property: 'adminStatsGroups',
    environment: 'PURSER_ADMIN_STATS_GROUPS',
    read: values.names,
    fallback: () => ['admin-stats'],
    description: 'The roles on the whole cloud that can read /admin/stats/detail: a list of names.',
  },
  account_generation: {
    property: 'accountGeneration',
    environment: 'PURSER_ACCOUNT_GENERATION',
    read: values.oneOf('auto', 'a', 'b'),
    fallback: () => 'auto',
    description:
      'The generation of the account dialect in responses: `b` with quotas by project, `a` with the only source `system` of clients of Astakos 0.14 and 0.15, `auto` for the generation that each component and token uses.',
  },
  log_level: {
    property: 'logLevel',
    environment: 'PURSER_LOG_LEVEL',
    read: values.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    fallback: () => 'info',
    description: 'The lowest level that is logged.',
  },
  webhooks_private_addresses: {
    property: 'webhooksPrivateAddresses',
    environment: 'PURSER_WEBHOOKS_PRIVATE_ADDRESSES',
    read: values.yesOrNo,
    fallback: () => false,
    description:
      'Whether webhooks may have loopback and private addresses; every operator can then make the service send requests there.',
  },
  components_meta: {
    property: 'componentsMeta',
    environment: undefined,
    read: values.metadata,
    fallback: () => ({}),
    description: 'Presentation of components, by component name; overrides the built-in values.',
  },
  resources_meta: {
    property: 'resourcesMeta',
    environment: undefined,
    read: values.metadata,
    fallback: () => ({}),
    description: 'Presentation of resources, by resource name; overrides the built-in values.',
  },
  feature_sets: {
    property: 'featureSets',
    environment: undefined,
    read: groups.featureSets,
    fallback: () => [],
    description: 'Packages that add actions, types of tasks and delegate APIs.',
  },
  workflow: {
    property: 'workflow',
    environment: undefined,
    read: groups.workflow,
    fallback: () => groups.workflow({}, ''),
    shownDefault: 'see below',
    description: 'The workflow: tasks, their actions and mails.',
  },
  notifications: {
    property: 'notificationHandlerDefaults',
    environment: undefined,
    read: groups.handlers,
    fallback: () => groups.handlers({}, ''),
    shownDefault: 'see below',
    description: 'Notifications to operators about tasks.',
  },
  api: {
    property: 'api',
    environment: undefined,
    read: groups.api,
    fallback: () => groups.api({}, ''),
    shownDefault: 'see below',
    description: 'The delegate APIs.',
  },
  identity: {
    property: 'identity',
    environment: undefined,
    read: groups.identity,
    fallback: () => groups.identity({}, ''),
    shownDefault: 'see below',
    description: 'User names, management of users, and the roles that users may grant by tasks.',
  },
  quota: {
    property: 'quota',
    environment: undefined,
    read: groups.quota,
    fallback: () => groups.quota({}, ''),
    shownDefault: 'see below',
    description: 'The sizes of quotas.',
  },
  regions: {
    property: 'regions',
    environment: 'PURSER_REGIONS',
    read: values.names,
    fallback: () => ['RegionOne'],
    description: 'The regions of the cloud, a list of names; endpoints without a region are in the first.',
  },
} as const satisfies Record<string, Definition>;
