import type { Role as WireRole, RoleGrant as WireRoleGrant } from '@purser/api/native/accounts/role';
import type { TermsSummary, Terms as WireTerms } from '@purser/api/native/accounts/terms';
import type { Token as WireToken } from '@purser/api/native/accounts/token';
import type { User as WireUser } from '@purser/api/native/accounts/user';
import type { Component as WireComponent } from '@purser/api/native/catalog/component';
import type { Resource as WireResource } from '@purser/api/native/catalog/resource';
import type { Service as WireService } from '@purser/api/native/catalog/service';
import type { Component } from '../../../catalog/components.ts';
import type { Resource } from '../../../catalog/resources.ts';
import type { Service } from '../../../catalog/services.ts';
import type { Account, RoleGrant, Token } from '../../../directory/tokens/principal.ts';
import { deviceOf } from '../../../signin/device.ts';
import type { Session } from '../../../signin/session.ts';

/** ISO 8601, UTC, `Z`. */
export const time = (at_ms: number): string => new Date(at_ms).toISOString();
export const timeOrNull = (at_ms: number | null): string | null => (at_ms === null ? null : time(at_ms));

export function presentUser(account: Account): WireUser {
  return {
    id: account.uuid,
    number: account.id,
    email: account.email,
    username: account.username,
    service: account.service,
    first_name: account.firstName,
    last_name: account.lastName,
    full_name: account.fullName,
    affiliation: account.affiliation,
    language: account.language,
    state: account.state,
    active: account.active,
    email_verified: account.emailVerified,
    moderated: account.moderated,
    rejected: account.rejected,
    rejected_reason: account.rejectedReason,
    accepted_policy: account.acceptedPolicy,
    deactivated_reason: account.deactivatedReason,
    ended_by: account.endedBy,
    password_set: account.passwordSet,
    password_once: account.passwordOnce,
    terms_signed: account.termsSigned,
    terms_signed_at: timeOrNull(account.termsSignedAt),
    default_project: account.defaultProject ?? (account.service ? null : account.uuid),
    created_at: time(account.createdAt),
    updated_at: time(account.updatedAt),
    verified_at: timeOrNull(account.verifiedAt),
    moderated_at: timeOrNull(account.moderatedAt),
    deactivated_at: timeOrNull(account.deactivatedAt),
    last_login_at: timeOrNull(account.lastLoginAt),
  };
}

export const presentSession = (session: Session) => ({
  id: session.id,
  device: deviceOf(session.userAgent),
  address: session.address,
  methods: [...session.methods],
  created_at: time(session.createdAt),
  last_seen_at: time(session.lastSeenAt),
  ends_at: time(session.endsAt),
});

export function presentToken(token: Token): WireToken {
  return {
    id: token.id,
    name: token.name,
    created_at: time(token.createdAt),
    expires_at: timeOrNull(token.expiresAt),
    project: token.project,
    roles: token.roles,
    scope: token.scope,
  };
}

export function presentRole(role: { id: number; name: string; description: string }): WireRole {
  return { id: role.id, name: role.name, description: role.description };
}

export function presentRoleGrant({ role, project }: RoleGrant): WireRoleGrant {
  return { role: role.name, project };
}

export function presentComponent(component: Component): WireComponent {
  return {
    id: component.id,
    name: component.name,
    base_url: component.baseUrl,
    ui_url: component.uiUrl,
    token_created_at: time(component.tokenCreatedAt),
    token_expires_at: timeOrNull(component.tokenExpiresAt),
    commission_expiry: component.commissionExpiry_s,
    created_at: time(component.createdAt),
  };
}

export function presentService({ id, name, type, component, endpoints }: Service): WireService {
  return { id, name, type, component, endpoints };
}

export function presentResource(resource: Resource): WireResource {
  return {
    id: resource.id,
    name: resource.name,
    description: resource.description,
    unit: resource.unit,
    service_type: resource.serviceType,
    service_origin: resource.serviceOrigin,
    component: resource.component,
    system_default: resource.systemDefault,
    project_default: resource.projectDefault,
    api_visible: resource.apiVisible,
    ui_visible: resource.uiVisible,
  };
}

export function presentTermsSummary(terms: { id: number; issuedAt: number }): TermsSummary {
  return { id: terms.id, issued_at: time(terms.issuedAt) };
}

export function presentTerms(terms: { id: number; issuedAt: number; text: string }): WireTerms {
  return { ...presentTermsSummary(terms), text: terms.text };
}
