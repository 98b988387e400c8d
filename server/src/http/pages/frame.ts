import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { publicPath } from '../../lib/text/public-address.ts';
import { escapeHtml, sendPage } from '../kernel/html-page.ts';
import { addCookie } from '../kernel/session-cookie.ts';
import { type Visitor, visitorOf } from './visitor.ts';
import { LANGUAGE_COOKIE, LANGUAGE_NAMES } from './words/language.ts';

/** The content of a page. */
export interface PageContent {
  readonly title: string;
  /** Markup. */
  readonly body: string;
  readonly status?: number;
  /** Whether the title is an error. */
  readonly alert?: boolean;
  readonly formTargets?: readonly string[];
}

const YEAR_S = 365 * 24 * 60 * 60;

/** Sends a page to a visitor, in their language, with the links that all pages have. */
export async function sendContent(
  domain: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
  content: PageContent,
): Promise<FastifyReply> {
  const visitor = await visitorOf(domain, request);
  return sendTo(domain, { request, reply, visitor }, content);
}

/** The same for a visitor who is known already. */
export function sendTo(
  domain: Domain,
  { request, reply, visitor }: { request: FastifyRequest; reply: FastifyReply; visitor: Visitor },
  { status = 200, ...content }: PageContent,
): FastifyReply {
  const { language, chosen } = visitor;
  if (chosen !== undefined) {
    const secure = domain.settings.baseUrl.startsWith('https:') ? '; Secure' : '';
    addCookie(
      reply,
      `${LANGUAGE_COOKIE}=${chosen}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax; HttpOnly${secure}`,
    );
  }
  return sendPage(reply, status, {
    ...content,
    service: domain.settings.serviceName,
    language,
    header: headerOf(domain, visitor),
    footer: footerOf(domain, visitor, request),
  });
}

/** The address of a page of this service, for links and redirects. */
export const addressOf = ({ settings }: Domain, path: string): string => publicPath(settings.baseUrl, path);

/** A link as markup. */
export const link = (domain: Domain, path: string, text: string): string =>
  `<a href="${escapeHtml(addressOf(domain, path))}">${escapeHtml(text)}</a>`;

/** Links below a form, as markup. */
export const linkList = (links: readonly string[]): string =>
  links.length === 0 ? '' : `\n<ul class="links">${links.map((one) => `<li>${one}</li>`).join('')}</ul>`;

export const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

function headerOf(domain: Domain, { principal, words }: Visitor): string {
  if (!principal) return '';
  const { username } = principal.account;
  const { common } = words;
  return `<nav>${link(domain, '/ui/profile', username)} · ${link(domain, '/ui/logout', common.signOut)}</nav>`;
}

function footerOf(domain: Domain, { language, words }: Visitor, request: FastifyRequest): string {
  const { common } = words;
  const links = [
    link(domain, '/ui/approval_terms', common.terms),
    link(domain, '/ui/landing', common.services),
  ];
  const languages = Object.entries(LANGUAGE_NAMES).map(([one, name]) =>
    one === language
      ? `<span aria-current="true">${name}</span>`
      : `<a href="${escapeHtml(withLanguage(request, one))}" lang="${one}" hreflang="${one}">${name}</a>`,
  );
  const list = (items: readonly string[]) => `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
  return list(links) + list(languages);
}

/** The address of this page in another language, relative to itself. */
function withLanguage(request: FastifyRequest, language: string): string {
  const query = new URLSearchParams(request.url.split('?', 2)[1] ?? '');
  query.set('lang', language);
  return `?${query}`;
}
