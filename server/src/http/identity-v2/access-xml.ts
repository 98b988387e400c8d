import type { CatalogEntry } from '../../catalog/service-catalog.ts';
import { element, IDENTITY_NAMESPACE, XML_DECLARATION } from '../cloudfault/xml.ts';
import type { AccessFacts } from './access-facts.ts';

/** Keys of endpoints may have this prefix, so it must be declared (identity-v2 §2.4). */
const SNF_NAMESPACE = 'urn:x-snf:identity:v2.0';
/** Valid names of attributes; endpoint keys are free text, and others are left out of the XML. */
const ATTRIBUTE_NAME = /^(?:SNF:)?[A-Za-z_][A-Za-z0-9_.-]*$/;

/** The response for a valid token. */
export function accessXml(secret: string, facts: AccessFacts, catalog: readonly CatalogEntry[]): string {
  return access(tokenXml(secret, facts) + userXml(facts) + catalogXml(catalog));
}

/** The response without a token. */
export function publicAccessXml(catalog: readonly CatalogEntry[]): string {
  return access(catalogXml(catalog));
}

/** The response to the validation of a token. */
export function validationXml(secret: string, facts: AccessFacts): string {
  return access(tokenXml(secret, facts) + userXml(facts));
}

function access(content: string): string {
  const namespaces = {
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xmlns:SNF': SNF_NAMESPACE,
    xmlns: IDENTITY_NAMESPACE,
  };
  return XML_DECLARATION + element('access', namespaces, content);
}

function tokenXml(id: string, { expires, tenant }: AccessFacts): string {
  return element('token', { id, expires }, element('tenant', tenant));
}

function userXml({ user: { id, name, roles } }: AccessFacts): string {
  return element(
    'user',
    { id, name },
    element('roles', {}, roles.map((role) => element('role', role)).join('')),
  );
}

function catalogXml(catalog: readonly CatalogEntry[]): string {
  const services = catalog.map(({ type, name, endpoints }) =>
    element('service', { type, name }, endpoints.map(endpointXml).join('')),
  );
  return element('serviceCatalog', {}, services.join(''));
}

function endpointXml(endpoint: CatalogEntry['endpoints'][number]): string {
  return element(
    'endpoint',
    Object.fromEntries(Object.entries(endpoint).filter(([key]) => ATTRIBUTE_NAME.test(key))),
  );
}
