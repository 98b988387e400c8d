import { editsBetween } from '@purser/text/nearest';
import { EXIT, usage } from '../failures.ts';
import { currentIo } from '../io.ts';

/** The environment variables that the command itself reads, and what each is for. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PURSER_URL: 'address of the service (default: http://127.0.0.1:8700)',
  PURSER_TOKEN: 'your API token',
  PURSER_PROFILE: 'profile to use instead of the current one',
  PURSER_TIMEOUT: 'timeout of a request: for example 90 (seconds) or 15m',
  PURSER_CONFIG_HOME: 'folder with the profiles (default: ~/.config/purser)',
};

/** Which of them applies where several are set. */
export const PRECEDENCE = 'PURSER_URL and PURSER_TOKEN come before a profile, and --profile before both.';

/** The meaning of each exit code. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.refused, 'refused'],
  [EXIT.usage, 'called wrongly'],
  [EXIT.unreachable, 'service not reached'],
];

/** The section on both in the help of the whole command. */
export function environmentText(): string {
  const width = Math.max(...Object.keys(ENVIRONMENT).map((name) => name.length));
  const variables = Object.entries(ENVIRONMENT).map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
  const codes = EXIT_CODES.map(([code, meaning]) => `${code} ${meaning}`).join('   ');
  return `\nEnvironment:\n${variables.join('\n')}\n\n  ${PRECEDENCE}\n\nExit codes:\n  ${codes}`;
}

/** A name this close to a variable of the command counts as a misspelling, in single-character edits. */
const SLIP_MAX = 2;

/**
 * Looks for misspelt variables: ignoring one could send a call to another service, or as another user. Variables of the
 * service are not misspellings; an empty variable counts as absent.
 * @throws Failure with the right name
 */
export function checkVariables(): void {
  const names = Object.keys(ENVIRONMENT);
  for (const [name, value] of Object.entries(currentIo().env)) {
    if (!value || !name.startsWith('PURSER_') || names.includes(name)) continue;
    const meant = names.find((one) => editsBetween(name, one) <= SLIP_MAX);
    if (meant !== undefined) throw usage(`${name} is not read by this command; ${meant} is.`);
  }
}
