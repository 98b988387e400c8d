import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';

/** The mails that the service writes, and what each of them tells. */
export interface MailTemplates {
  /** A user's word to the operators. */
  feedback: { service: string; uuid: string; email: string; name: string; message: string; data: string };
}

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const folder = fileURLToPath(new URL('./templates', import.meta.url));
/** Plain text is written as it is; what goes into HTML is escaped. */
const plain = new Eta({ views: folder, autoEscape: false, autoTrim: false });
const markup = new Eta({ views: folder, autoEscape: true, cache: true });

interface PlainTemplate {
  readonly subject: string;
  readonly body: string;
}

const read = new Map<string, PlainTemplate>();

/** The first line of a plain template is the subject, the second is empty, the rest is the body. */
function plainTemplate(name: string): PlainTemplate {
  const known = read.get(name);
  if (known) return known;
  const [subject = '', , ...body] = readFileSync(`${folder}/${name}.txt.eta`, 'utf8').split('\n');
  const template = { subject, body: body.join('\n') };
  read.set(name, template);
  return template;
}

/** Writes a mail from `templates/NAME.txt.eta` and `templates/NAME.html.eta`. */
export function render<N extends keyof MailTemplates>(name: N, data: MailTemplates[N]): RenderedMail {
  const { subject, body } = plainTemplate(name);
  return {
    subject: plain.renderString(subject, data).replace(/\s+/g, ' ').trim(),
    text: `${plain.renderString(body, data).trim()}\n`,
    html: markup.render(`./${name}.html.eta`, data),
  };
}
