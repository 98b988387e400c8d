import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium, type Page } from 'playwright-core';

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of the browser: `PURSER_CHROMIUM`, or one of the usual paths. */
export const CHROMIUM = process.env['PURSER_CHROMIUM'] ?? USUAL.find((path) => existsSync(path));

/** Opens a page in a new browser with its own profile, which sends no requests by itself. */
export async function openPage(url: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'purser-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  after(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Requests below this path receive no response. */
export const SILENT = '/silent';
/** Requests below this path are redirected. */
export const MOVED = '/moved';

/**
 * A reverse proxy with one address for the service and a page. The page is empty, the script is at `/client.js`,
 * requests below `MOVED` are redirected, and those below `SILENT` receive no response. Returns its address.
 */
export async function startFront(script: string, service: string, port = 0): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const { url = '/' } = incoming;
    if (url.startsWith(SILENT)) return;
    if (url === '/')
      outgoing.setHeader('content-type', 'text/html').end('<!doctype html><title>Test</title>');
    else if (url === '/client.js') outgoing.setHeader('content-type', 'text/javascript').end(script);
    else if (url.startsWith(MOVED)) outgoing.writeHead(302, { location: '/' }).end();
    else forward(incoming, outgoing, service);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, service: string): void {
  const { method, headers, url } = incoming;
  const onward = request(service + url, { ...(method !== undefined && { method }), headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
