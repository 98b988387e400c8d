import type { GroupKey } from './groups.ts';
import { type Definition, TABLE } from './settings-table.ts';
import { WORKFLOW_GROUPS } from './workflow-groups.ts';

/** The page docs/reference/settings.md, made from the table of settings. */
export function settingsReference(): string {
  const rows = Object.entries<Definition>(TABLE).map(
    ([key, { environment, formerKey, secret, fallback, shownDefault, description }]) =>
      `| \`${key}\` | ${environment === undefined ? '' : `\`${environment}\``} | ${shownDefault ?? defaultText(key, secret === true, fallback)} | ${description}${formerKey === undefined ? '' : ` Formerly \`${formerKey}\`.`} |`,
  );
  return `# Settings

Every setting has a key for the file \`purser.yaml\` and, where its value is a line of text, an environment variable, which wins. \`PURSER_CONFIG\` names another file. Unknown keys and wrong values stop the start, with a sentence for each that names it. A former name of a setting, in the file or as a variable, works for one release, with a warning at the start. \`purser config\` prints what is in force and where each value came from, secrets masked.

This page is made from the table of settings by \`npm run docs\`.

| Key | Variable | Default | Meaning |
|---|---|---|---|
${rows.join('\n')}

## Groups

The groups below have the names of the older workflow service's configuration, so a file of that one can be brought over. What is set for a type of task or an action is laid over the defaults, key by key; names of things that are not there, and keys that nothing knows, stop the start with a sentence for each. What such a file may say and this service cannot honour is a warning at the start that names it: the group \`django\`, the keys of \`identity\` below that say so, settings of the sample action \`SomeCustomAction\`, \`size_difference_threshold\` and \`days_between_autoapprove\` of \`SetProjectQuotaAction\`, and feature sets of the older service. A group without any setting counts as not there.

${Object.entries(WORKFLOW_GROUPS).map(groupTable).join('\n\n')}
`;
}

function groupTable([group, keys]: [string, Readonly<Record<string, GroupKey>>]): string {
  const rows = Object.entries(keys).map(
    ([key, { fallback, shownDefault, description }]) =>
      `| \`${group}.${key}\` | ${shownDefault ?? (fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``)} | ${description} |`,
  );
  return `| Key | Default | Meaning |\n|---|---|---|\n${rows.join('\n')}`;
}

function defaultText(key: string, secret: boolean, fallback: Definition['fallback']): string {
  if (secret) return 'generated';
  if (key === 'base_url') return '`http://HOST:PORT`';
  const value = fallback({});
  if (value === undefined) return '';
  if (Array.isArray(value)) return `\`${value.join(', ')}\``;
  return `\`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\``;
}
