import { writeFileSync } from 'node:fs';
import { describedApi } from './described-api.ts';
import { formatted } from './formatted.ts';
import { nativeSource } from './native-source.ts';

/** Writes the generated parts of the native client. */
for (const [file, source] of Object.entries(nativeSource(await describedApi()))) {
  writeFileSync(new URL(`../src/native/${file}`, import.meta.url), formatted(file, source));
}
