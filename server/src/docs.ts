import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from './compose/app.ts';
import { loadSettings } from './config/load-settings.ts';
import { settingsReference } from './config/reference.ts';
import { routesReference } from './http/kernel/routes-reference.ts';

/** Writes the pages of the documentation that are made from code. */
const page = (name: string, text: string): void =>
  writeFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), text);

page('settings.md', settingsReference());

const folder = mkdtempSync(join(tmpdir(), 'purser-routes-'));
const env = {
  PURSER_DATABASE_URL: `sqlite:${join(folder, 'purser.db')}`,
  PURSER_ADMIN_API: 'true',
  PURSER_LOG_LEVEL: 'silent',
};
const app = await createApp(loadSettings({ env, cwd: folder }));
page('routes-and-tokens.md', routesReference(await app.routes()));
await app.close();
rmSync(folder, { recursive: true, force: true });
