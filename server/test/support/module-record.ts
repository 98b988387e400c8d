/**
 * To be loaded before a program (`node --import`): writes every module file that the program loads, one line each, to
 * `loaded-modules` in its working directory.
 */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) appendFileSync('loaded-modules', `${url}\n`);
    return nextLoad(url, context);
  },
});
