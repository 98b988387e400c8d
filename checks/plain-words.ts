import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A way of writing that the project avoids, and what to write instead. */
interface Avoided {
  readonly pattern: RegExp;
  readonly instead: string;
}

/**
 * Words that turn a sentence into a riddle (CONTRIBUTING.md, "Plain technical English"). Patterns match inside of
 * identifiers too: `openForAnybody` is as unclear as the sentence.
 */
const AVOIDED: readonly Avoided[] = [
  { pattern: /who(m|so)?ever/gi, instead: 'name the actor: the caller, a user, an operator, a component' },
  { pattern: /nobody/gi, instead: 'say what is absent: "no user has", "is not used"' },
  { pattern: /somebody/gi, instead: 'name the actor: a user, another client' },
  { pattern: /everybody/gi, instead: 'say which users: "all users", "every member"' },
  { pattern: /anybody/gi, instead: 'say which users: "any user", "without authentication"' },
  {
    pattern: /\b(is|are|was|were|be|been|being|gets?|got) told\b(?! apart)/gi,
    instead: 'name the message: "receives", "is notified", "returns", "logs"',
  },
  { pattern: /\btells? of\b|\btold of\b/gi, instead: 'reports, describes, notifies about' },
  { pattern: /\bdeeds?\b|[a-z]Deeds?(?![a-z])|\bdeed[A-Z]/g, instead: 'action, change' },
  { pattern: /foret(ell|old)/gi, instead: 'preview' },
  { pattern: /patience/gi, instead: 'timeout, retry period' },
  { pattern: /what there is not/gi, instead: 'name it: "an unknown role", "a missing project"' },
  { pattern: /\b(does|do) not do[.,;]/gi, instead: 'is not valid, is refused, does not work' },
  { pattern: /\bsuch as (is|are)\b/gi, instead: 'for example' },
  { pattern: /\bfor the sake of\b/gi, instead: 'because of, for' },
  {
    pattern:
      /(?<!there )\bis no (time|date|name|number|uuid|address|project|user|role|size|quantity|file|folder)\b/gi,
    instead: '"is not a valid …"',
  },
];

/** Where an avoided word must stay, as older clients or other programs know it, or because the file defines it. */
const EXEMPT: readonly { readonly file: RegExp; readonly text: RegExp; readonly why: string }[] = [
  { file: /^checks\/plain-words\.ts$/, text: /./, why: 'the list itself' },
  {
    file: /^server\/src\/config\/(settings-table|load-settings\.test)\.ts$/,
    text: /mail_patience/i,
    why: 'the former name of a setting',
  },
  { file: /^docs\/reference\/settings\.md$/, text: /mail_patience/i, why: 'the former name of a setting' },
  { file: /^server\/src\/storage\/migrations\//, text: /./, why: 'a released migration is never edited' },
  { file: /^CONTRIBUTING\.md$/, text: /^\|/, why: 'the table of words to avoid' },
];

/** Files with text that people read. Recorded results and the lock file keep what was recorded. */
const TEXT = /\.(ts|js|cjs|mjs|tsx|css|html|eta|md|sql|json|yaml|yml|sh|1)$/;
const RECORDED = /^(package-lock\.json|CHANGELOG\.md|bench\/RESULTS\.md|server\/test\/older-files\/)/;

const root = join(import.meta.dirname, '..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const wanted = process.argv.slice(2);
let found = 0;
for (const file of tracked.split('\n')) {
  if (!TEXT.test(file) || RECORDED.test(file)) continue;
  if (wanted.length > 0 && !wanted.some((word) => file.includes(word))) continue;
  let lines: string[];
  try {
    lines = readFileSync(join(root, file), 'utf8').split('\n');
  } catch {
    continue; // deleted, and not yet committed
  }
  for (const [index, line] of lines.entries()) {
    if (EXEMPT.some((exempt) => exempt.file.test(file) && exempt.text.test(line))) continue;
    for (const { pattern, instead } of AVOIDED) {
      for (const match of line.matchAll(pattern)) {
        found += 1;
        console.log(`${file}:${index + 1}: "${match[0]}": ${instead}`);
      }
    }
  }
}
console.log(found === 0 ? 'No words to avoid.' : `${found} words to avoid.`);
process.exitCode = found === 0 ? 0 : 1;
