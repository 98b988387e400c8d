import { writeFileSync } from 'node:fs';
import { settingsReference } from './config/reference.ts';

/** Writes the pages of the documentation that are made from code. */
writeFileSync(new URL('../../docs/reference/settings.md', import.meta.url), settingsReference());
