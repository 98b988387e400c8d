import { openPrinter, type Session } from '../command.ts';
import { currentIo } from '../io.ts';
import type { Output } from '../tables/output.ts';
import { Connection } from './connection.ts';
import { checkVariables } from './environment.ts';
import { profileNamed } from './profiles.ts';
import { addressOf, profileHere, timeoutOf, usualAddress } from './reach.ts';

/** Opens a session without a token, for commands that people without an account use too. */
export function openWithoutLogin({ output }: { output: Output }): Session {
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
