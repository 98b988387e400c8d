import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../server/src/compose/app.ts';
import { loadSettings } from '../../server/src/config/load-settings.ts';

/** The part of JSON Schema that the API description uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly additionalProperties?: boolean | Schema;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly security: readonly unknown[];
}

/** The OpenAPI document of the native API. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The document that the service of this checkout serves with default settings. */
export async function describedApi(): Promise<ApiDocument> {
  const folder = mkdtempSync(join(tmpdir(), 'purser-described-'));
  const env = { PURSER_DATABASE_URL: `sqlite:${join(folder, 'purser.db')}`, PURSER_LOG_LEVEL: 'silent' };
  const settings = loadSettings({ env, cwd: folder });
  const app = await createApp(settings);
  try {
    const { body } = await app.fastify.inject('/api/openapi.json');
    return JSON.parse(body) as ApiDocument;
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
