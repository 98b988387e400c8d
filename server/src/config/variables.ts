import { nearest } from '@purser/text/nearest';

const PREFIX = 'PURSER_';

/** Variables that are no settings of the service: of the command, and of the checks of this repository. */
const OTHERS = [
  'PURSER_CONFIG',
  'PURSER_URL',
  'PURSER_TOKEN',
  'PURSER_PROFILE',
  'PURSER_TIMEOUT',
  'PURSER_CONFIG_HOME',
  'PURSER_CHROMIUM',
  'PURSER_NEWEST_NODE',
  'PURSER_BUNDLE_REPORT',
  'PURSER_HISTORIES',
];
/** Variables that tell a test where its database is. */
const TESTS = 'PURSER_TEST_';
/** Kubernetes gives these to every container of a namespace that has a service named `purser`. */
const KUBERNETES = /^PURSER_(SERVICE_(HOST|PORT(_.+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/**
 * What is wrong with the names of variables, a sentence each: a misspelt variable would leave its setting at the default
 * without a word. Empty variables count as not set.
 * @param settings the variables of all settings
 */
export function variableFaults(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly string[],
): string[] {
  const known = [...settings, ...OTHERS];
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith(PREFIX) && value && !known.includes(name))
    .filter(([name]) => !name.startsWith(TESTS) && !KUBERNETES.test(name))
    .map(([name]) => `${name} is not a setting. The nearest is ${nearest(name, known)}.`);
}
