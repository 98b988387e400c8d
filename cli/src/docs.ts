import { writeFileSync } from 'node:fs';
import { createProgram } from './program.ts';
import { describedProgram } from './reference/described-command.ts';
import { manPage } from './reference/man-page.ts';
import { commandsReference } from './reference/markdown.ts';

/** Writes the pages of the documentation that are made from the commands. */
const program = describedProgram(createProgram());
const reference = new URL('../../docs/reference/', import.meta.url);
writeFileSync(new URL('commands.md', reference), commandsReference(program));
writeFileSync(new URL('purser.1', reference), manPage(program));
