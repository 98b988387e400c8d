import { openPrinter, type Session } from '../command.ts';
import { currentIo } from '../io.ts';
import type { Output } from '../tables/output.ts';
import { Connection } from './connection.ts';
import { profileNamed } from './profiles.ts';
import { addressOf, profileHere, timeoutOf, usualAddress } from './reach.ts';
import { checkVariables } from './surroundings.ts';

/** What a command works with that is for people without an account too: it goes without a token. */
export function openForAnybody({ output }: { output: Output }): Session {
  checkVariables();
  const { profile: name } = output.reach;
  const profile = name === undefined ? profileHere()?.profile : profileNamed(name);
  const address = name === undefined ? currentIo().env['PURSER_URL'] || profile?.url : profile?.url;
  return {
    connection: new Connection({
      url: addressOf(address ?? usualAddress(), 'The address'),
      token: undefined,
      timeoutMs: timeoutOf(output.reach),
      urlAdvice: 'set PURSER_URL',
      tokenAdvice: '',
    }),
    ...openPrinter({ output }),
  };
}
