import assert from 'node:assert/strict';
import { type Exchange, exchange } from '../../support/http-exchange.ts';

/** A browser without scripts: it keeps cookies, follows nothing by itself, and sends forms as they are shown. */
export class PlainBrowser {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  get hasSession(): boolean {
    return this.#cookies.has('__Host-purser');
  }

  open(path: string, headers: Record<string, string> = {}): Promise<Exchange> {
    return this.#send(path, { headers });
  }

  /** Opens a page, fills in its form, and sends it to where the page says. */
  async fill(
    page: Exchange & { path?: string },
    entries: Record<string, string>,
    at: string,
  ): Promise<Exchange> {
    const form = /<form method="post"[^>]*?(?: action="([^"]*)")?>([\s\S]*?)<\/form>/.exec(page.text);
    assert.ok(form, `no form in ${page.text}`);
    const body = new URLSearchParams();
    for (const [, name = '', value = ''] of (form[2] ?? '').matchAll(
      /<input type="hidden" name="([^"]*)" value="([^"]*)">/g,
    )) {
      body.set(unescaped(name), unescaped(value));
    }
    for (const name of Object.keys(entries)) {
      assert.match(form[2] ?? '', new RegExp(` name="${name.replace('.', '\\.')}"`), `a field ${name}`);
      body.set(name, entries[name] ?? '');
    }
    return this.#send(unescaped(form[1] ?? at), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
      body: String(body),
    });
  }

  async #send(
    path: string,
    { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: string },
  ): Promise<Exchange> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await exchange(this.#url, path, {
      method,
      headers: { accept: 'text/html', ...this.#headers, ...(cookie !== '' && { cookie }), ...headers },
      ...(body !== undefined && { body }),
    });
    for (const header of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/max-age=0/i.test(header)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** The page says these things, in these words. */
export function says({ status, text }: Exchange, expected: number, ...phrases: (string | RegExp)[]): void {
  assert.equal(status, expected, text);
  for (const phrase of phrases) {
    assert.ok(typeof phrase === 'string' ? text.includes(phrase) : phrase.test(text), `${phrase} in ${text}`);
  }
}

/** The response leads to another address. */
export function leadsTo({ status, headers, text }: Exchange, address: string | RegExp): void {
  assert.ok(status === 302 || status === 303, `${status} ${text}`);
  const { location = '' } = headers;
  if (typeof address === 'string') assert.equal(location, address);
  else assert.match(location, address);
}
