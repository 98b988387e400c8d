import { maskSecret, maskUrl } from './masking.ts';
import type { Settings } from './settings.ts';
import { type Definition, TABLE } from './settings-table.ts';

/** A setting as `purser config` prints it. */
export interface DescribedSetting {
  readonly key: string;
  readonly environment: string | undefined;
  /** Secrets are masked, passwords inside URLs too; empty if there is no value. */
  readonly value: string;
  readonly origin: string;
  readonly description: string;
}

/** The effective settings, in the order of the table. */
export function describeSettings(settings: Settings): DescribedSetting[] {
  return Object.entries<Definition>(TABLE).map(([key, { property, environment, secret, description }]) => ({
    key,
    environment,
    value: shown(key, settings[property], secret === true),
    origin: settings.origins[key] ?? 'default',
    description,
  }));
}

const HOUR_MS = 3_600_000;

function shown(key: string, value: unknown, secret: boolean): string {
  if (value === undefined) return '';
  if (secret) return maskSecret();
  if (key.endsWith('_hours')) return String(Number(value) / HOUR_MS);
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : maskUrl(String(value));
}
