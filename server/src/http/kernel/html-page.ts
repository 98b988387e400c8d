import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { escapeXml } from '../cloudfault/xml.ts';

/** Escapes a text for the content of an element or the value of an attribute. */
export const escapeHtml = escapeXml;

export interface HtmlPage {
  /** A text: the heading, and with the name of the service the title of the window. */
  readonly title: string;
  /** Markup. */
  readonly body: string;
  /** The name of the service. */
  readonly service: string;
  /** Whether the title is an error; screen readers then announce it first. */
  readonly alert?: boolean;
  /** The language of the page; English by default. */
  readonly language?: string;
  /** Markup beside the name of the service. */
  readonly header?: string;
  /** Markup below the page. */
  readonly footer?: string;
  /**
   * Origins or schemes to which a form of this page may lead, beside the service itself: browsers apply
   * `form-action` to redirects as well.
   */
  readonly formTargets?: readonly string[];
}

const STYLE = `
:root { color-scheme: light dark; --back: #f4f6f6; --card: #fff; --text: #172022; --soft: #55646a; --line: #86969b;
  --accent: #0b6e65; --on-accent: #fff; --wrong: #b3261e; --done: #1c6b3a; }
@media (prefers-color-scheme: dark) {
  :root { --back: #101617; --card: #192123; --text: #e6eceb; --soft: #a3b2b5; --line: #73848a;
    --accent: #5cc4b6; --on-accent: #06302b; --wrong: #f2a39c; --done: #8fd6a8; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
.page { max-width: 32rem; margin: 0 auto; padding: 3rem 1rem; }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; margin: 0 0 1rem; color: var(--soft); }
.service { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.top nav, footer { font-size: .875rem; overflow-wrap: anywhere; }
.top a, footer a { color: inherit; }
footer { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; margin: 1rem 0 0; color: var(--soft); }
footer ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: 0; list-style: none; }
main { background: var(--card); border: 1px solid color-mix(in srgb, var(--line) 40%, transparent);
  border-radius: .375rem; padding: 2rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
main > :last-child { margin-bottom: 0; }
ul { padding-left: 1.25rem; }
a { color: var(--accent); }
code { font-family: ui-monospace, "Liberation Mono", monospace; font-size: .925em; }
.field { margin: 0 0 1.25rem; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
.tick { display: flex; gap: .625rem; align-items: flex-start; }
.tick label { margin: 0; font-weight: 400; }
.tick input { width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; flex: none; accent-color: var(--accent); }
.field > input, textarea { width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: .375rem; }
textarea { min-height: 6rem; }
.hint { margin: .25rem 0 0; color: var(--soft); font-size: .875rem; }
.wrong { margin: .25rem 0 0; color: var(--wrong); font-size: .875rem; font-weight: 600; }
.links { margin: 1.5rem 0 0; padding: 0; list-style: none; }
.links + .hint { margin: 1.5rem 0 0; }
.links li { margin: 0 0 .5rem; }
.done { color: var(--done); font-weight: 600; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1.5rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
.terms { max-height: 24rem; overflow: auto; margin: 0 0 1.5rem; padding: 1rem; border: 1px solid var(--line);
  border-radius: .375rem; white-space: pre-wrap; }
.summary { padding: .75rem 1rem; border-left: .25rem solid var(--wrong); background: color-mix(in srgb, var(--wrong) 8%, transparent); }
.field [aria-invalid="true"] { border-color: var(--wrong); }
fieldset { border: 0; border-top: 1px solid color-mix(in srgb, var(--line) 40%, transparent); margin: 0 0 1.25rem; padding: 1.25rem 0 0; }
fieldset .field:last-child { margin-bottom: 0; }
legend { float: left; width: 100%; margin-bottom: 1rem; padding: 0; font-weight: 600; }
legend + * { clear: both; }
button { width: 100%; padding: .75rem 1rem; font: inherit; font-weight: 600; color: var(--on-accent);
  background: var(--accent); border: 1px solid transparent; border-radius: .375rem; cursor: pointer; }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) { .page { padding: 1rem; } main { padding: 1.25rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin: 0 0 .75rem; } }
@media (prefers-reduced-motion: no-preference) { button { transition: filter .1s; } }
`;

/** The hash allows only the style above; scripts, images and frames are not allowed. */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const policyOf = (formTargets: readonly string[]): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    ["form-action 'self'", ...formTargets].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Sends a page in the design of the service. It is not cached, not framed, and not sent as a referrer. */
export function sendPage(reply: FastifyReply, status: number, page: HtmlPage): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=UTF-8')
    .header('content-security-policy', policyOf(page.formTargets ?? []))
    .header('x-frame-options', 'DENY')
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex')
    .header('cache-control', 'no-store')
    .send(markupOf(page));
}

function markupOf({
  title,
  body,
  service,
  alert,
  language = 'en',
  header = '',
  footer = '',
}: HtmlPage): string {
  const [heading, name] = [escapeHtml(title), escapeHtml(service)];
  const both = title === service ? heading : `${heading} · ${name}`;
  const top =
    title === service && header === ''
      ? ''
      : `<div class="top"><p class="service">${name}</p>${header}</div>\n`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${both}</title>
<style>${STYLE}</style>
</head>
<body>
<div class="page">
${top}<main>
<h1${alert ? ' role="alert"' : ''}>${heading}</h1>
${body}
</main>${footer === '' ? '' : `\n<footer>${footer}</footer>`}
</div>
</body>
</html>
`;
}
