import type { Role, RoleGrant } from '@purser/api/native/accounts/role';
import type { SecondFactorReset, SignInMethods } from '@purser/api/native/accounts/sign-in-methods';
import type { Terms, TermsSummary } from '@purser/api/native/accounts/terms';
import type { Token, TokenCreated } from '@purser/api/native/accounts/token';
import type { User, UserCreated, UserName } from '@purser/api/native/accounts/user';
import type { Component, ComponentWithToken } from '@purser/api/native/catalog/component';
import type { Endpoint } from '@purser/api/native/catalog/endpoint';
import type { Resource } from '@purser/api/native/catalog/resource';
import type { Service } from '@purser/api/native/catalog/service';
import type { Commission, Provision } from '@purser/api/native/ledger/commission';
import type { Quota } from '@purser/api/native/ledger/quota';
import type { ApplicationsDifference } from '@purser/api/native/ledger/quota-reconciliation';
import type { QuotaDifference } from '@purser/api/native/ledger/quota-verification';
import type { Charge } from '@purser/api/native/ledger/usage';
import type { AuditEntry } from '@purser/api/native/operations/audit';
import type { MailEntry } from '@purser/api/native/operations/mail';
import type { Membership } from '@purser/api/native/projects/membership';
import type { Project } from '@purser/api/native/projects/project';
import { durationText } from '../input/durations.ts';
import type { View } from './printing.ts';
import { limitText } from './quantities.ts';

const userFields = [
  ...([
    'id',
    'number',
    'email',
    'username',
    'service',
    'first_name',
    'last_name',
    'full_name',
    'affiliation',
    'state',
  ] as const),
  ...(['active', 'email_verified', 'moderated', 'rejected', 'rejected_reason', 'accepted_policy'] as const),
  ...([
    'deactivated_reason',
    'ended_by',
    'password_set',
    'password_once',
    'terms_signed',
    'terms_signed_at',
  ] as const),
  ...([
    'default_project',
    'created_at',
    'updated_at',
    'verified_at',
    'moderated_at',
    'deactivated_at',
  ] as const),
  'last_login_at' as const,
];

export const userView: View<User> = {
  fields: userFields,
  columns: ['id', 'username', 'full_name', 'state'],
};

/** A user with what was asked for besides. */
export interface UserShown extends User {
  owned_projects?: Project[];
  memberships?: Membership[];
  quota?: Quota[];
}

const lines = (texts: readonly string[]): string => texts.join('\n') || '-';
export const userShownView: View<UserShown> = {
  fields: [...userFields, 'owned_projects', 'memberships', 'quota'],
  columns: [],
  texts: {
    owned_projects: (projects = []) =>
      lines(projects.map(({ id, name, status }) => `${id} ${name} ${status}`)),
    memberships: (memberships = []) => lines(memberships.map(({ project, state }) => `${project} ${state}`)),
    quota: (quotas = []) =>
      lines(
        quotas.map(
          ({ project, resource, unit, usage, limit }) =>
            `${resource} ${limitText(usage, unit)} of ${limitText(limit, unit)} from ${project}`,
        ),
      ),
  },
};

/** A changed user with the secrets that were made on the way. */
export interface UserSecrets extends User {
  token?: string;
  password?: string;
}
export const userChangedView: View<UserSecrets> = {
  fields: ['id', 'token', 'password', ...userFields.slice(1)] as (keyof UserSecrets)[],
  columns: [],
};

/** Secrets first: they are what the reader came for. */
export const userCreatedView: View<UserCreated> = {
  fields: ['id', 'token', 'password', ...userFields.slice(1)] as (keyof UserCreated)[],
  columns: [],
};

const tokenFields = ['id', 'name', 'created_at', 'expires_at', 'project', 'roles', 'scope'] as const;
export const tokenView: View<Token> = {
  fields: tokenFields,
  columns: ['id', 'name', 'created_at', 'expires_at', 'project', 'roles'],
  texts: { expires_at: (at) => at ?? 'never' },
};
export const tokenCreatedView: View<TokenCreated> = {
  fields: ['token', ...tokenFields],
  columns: [],
  texts: { expires_at: (at) => at ?? 'never' },
};

export const signInMethodsView: View<SignInMethods> = {
  fields: [
    'password',
    'totp',
    'passkeys',
    'recovery_codes_left',
    'second_factor',
    'second_factor_required',
    'passkeys_unavailable',
  ],
  columns: [],
  texts: { passkeys: (passkeys) => passkeys.map(({ name }) => name).join(', ') },
};

export const secondFactorResetView: View<SecondFactorReset> = {
  fields: ['totp', 'passkeys'],
  columns: [],
};

export const roleView: View<Role> = {
  fields: ['id', 'name', 'description'],
  columns: ['id', 'name', 'description'],
};

export const roleGrantView: View<RoleGrant> = {
  fields: ['role', 'project'],
  columns: ['role', 'project'],
  texts: { project: (project) => project ?? 'whole cloud' },
};

const componentFields = [
  ...(['id', 'name', 'base_url', 'ui_url', 'token_created_at', 'token_expires_at'] as const),
  ...(['commission_expiry', 'created_at'] as const),
];
const commissionExpiryText = (seconds: number | null): string =>
  seconds === null ? 'never' : durationText(seconds);
export const componentView: View<Component> = {
  fields: componentFields,
  columns: ['id', 'name', 'base_url', 'ui_url'],
  texts: { commission_expiry: commissionExpiryText },
};
/** A component with its services. */
export interface ComponentShown extends Component {
  services: Service[];
}
export const componentShownView: View<ComponentShown> = {
  fields: [...componentFields, 'services'],
  columns: [],
  texts: {
    commission_expiry: commissionExpiryText,
    services: (services) => lines(services.map(({ id, name, type }) => `${id} ${name} ${type}`)),
  },
};
export const componentWithTokenView: View<ComponentWithToken> = {
  fields: ['token', ...componentFields],
  columns: [],
  texts: { commission_expiry: commissionExpiryText },
};

export const serviceView: View<Service> = {
  fields: ['id', 'name', 'type', 'component', 'endpoints'],
  columns: ['id', 'name', 'type', 'component'],
  texts: {
    endpoints: (endpoints) =>
      endpoints.length === 0 ? '-' : endpoints.map((endpoint) => pairsText(endpoint)).join('\n\n'),
  },
};

function pairsText(pairs: Record<string, string>): string {
  return Object.entries(pairs)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}

export const resourceView: View<Resource> = {
  fields: [
    ...(['id', 'name', 'description', 'unit', 'service_type', 'service_origin', 'component'] as const),
    ...(['system_default', 'project_default', 'api_visible', 'ui_visible'] as const),
  ],
  columns: ['name', 'system_default', 'project_default', 'api_visible', 'ui_visible', 'description'],
  texts: {
    system_default: (limit, { unit }) => limitText(limit, unit),
    project_default: (limit, { unit }) => limitText(limit, unit),
  },
};

const quotaFields = [
  ...(['user', 'project', 'resource', 'unit', 'limit', 'usage', 'pending'] as const),
  ...(['project_limit', 'project_usage', 'project_pending', 'effective_limit'] as const),
];
const amount = (value: number | bigint, { unit }: Quota): string => limitText(value, unit);
export const quotaView: View<Quota> = {
  fields: quotaFields,
  columns: quotaFields.filter((field) => field !== 'unit'),
  texts: {
    limit: amount,
    usage: amount,
    pending: amount,
    project_limit: amount,
    project_usage: amount,
    project_pending: amount,
    effective_limit: amount,
  },
};

export const commissionView: View<Commission> = {
  fields: [
    ...(['serial', 'component', 'name', 'state', 'issued_at', 'expires_at', 'resolved_at'] as const),
    ...(['reason', 'provisions', 'accepted'] as const),
  ],
  columns: ['serial', 'component', 'state', 'issued_at', 'expires_at', 'name'],
  texts: {
    expires_at: (at) => at ?? 'never',
    provisions: provisionsText,
    accepted: (provisions, { state }) =>
      provisions === null ? (state === 'accepted' ? 'in full' : '-') : provisionsText(provisions),
  },
};

/** One on each line, as long as there are any. */
function provisionsText(provisions: readonly Provision[]): string {
  const lines = provisions.map(
    ({ holder, source, resource, quantity }) =>
      `${resource} ${quantity > 0 ? '+' : ''}${quantity} ${holder}${source === null ? '' : ` from ${source}`}`,
  );
  return lines.join('\n') || '-';
}

const counterText = ({ usage_min, usage_max }: QuotaDifference['actual']): string =>
  `min ${usage_min}, max ${usage_max}`;
const differenceFields = ['holder', 'source', 'resource', 'expected', 'actual', 'fixed'] as const;
export const differenceView: View<QuotaDifference> = {
  fields: differenceFields,
  columns: differenceFields,
  texts: { expected: counterText, actual: counterText },
};

/** One step of the usage of one holding. */
export interface UsageLine extends Omit<Charge, 'username'> {
  average: number | bigint;
}

const usageAmount = (value: number | bigint, { unit }: { unit: string | null }): string =>
  limitText(value, unit);
export const usageView: View<UsageLine> = {
  fields: [
    ...(['project', 'user', 'resource', 'unit', 'from', 'to', 'usage', 'average'] as const),
    ...(['unit_seconds', 'unit_hours'] as const),
  ],
  columns: ['project', 'user', 'resource', 'from', 'to', 'usage', 'average'],
  texts: { usage: usageAmount, average: usageAmount },
};

export const chargeView: View<Charge> = {
  fields: [
    ...(['project', 'user', 'username', 'resource', 'unit', 'from', 'to'] as const),
    ...(['unit_seconds', 'unit_hours', 'usage'] as const),
  ],
  columns: ['project', 'user', 'username', 'resource', 'unit', 'unit_hours', 'usage'],
  texts: { usage: usageAmount },
};

export const mailView: View<MailEntry> = {
  fields: [
    ...(['id', 'kind', 'to', 'subject', 'state', 'created_at', 'attempts'] as const),
    ...(['next_at', 'sent_at', 'failed_at', 'error'] as const),
  ],
  columns: ['id', 'to', 'subject', 'state', 'attempts', 'next_at', 'error'],
};

export const auditView: View<AuditEntry> = {
  fields: [
    ...(['id', 'at', 'actor', 'actor_name', 'address', 'action', 'subject'] as const),
    ...(['before', 'after', 'reason'] as const),
  ],
  columns: ['at', 'actor_name', 'action', 'subject', 'reason'],
};

export const termsView: View<TermsSummary> = { fields: ['id', 'issued_at'], columns: ['id', 'issued_at'] };
export const termsTextView: View<Terms> = { fields: ['id', 'issued_at', 'text'], columns: [] };

const endpointFields = ['service', 'type', 'version', 'region', 'url', 'ui_url'] as const;
export const endpointView: View<Endpoint> = {
  fields: endpointFields,
  columns: ['service', 'type', 'version', 'url'],
};

export const userNameView: View<UserName> = { fields: ['id', 'username'], columns: ['id', 'username'] };

const applicationsDifferenceFields = [
  ...(['user', 'applications', 'charged_user', 'charged_project', 'fixed', 'problem'] as const),
];
export const applicationsDifferenceView: View<ApplicationsDifference> = {
  fields: applicationsDifferenceFields,
  columns: applicationsDifferenceFields,
};
