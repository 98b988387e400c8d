import { escapeHtml } from '../../kernel/html-page.ts';
import { type FormErrors, type FormField, fieldMarkup } from './form-fields.ts';

/** A form of a page. */
export interface Form {
  readonly fields: readonly FormField[];
  /** Fields below a line of their own. */
  readonly section?: { readonly title: string; readonly fields: readonly FormField[] };
  /** Values that the form sends back as they are. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** The text of the button. */
  readonly button: string;
  /** Where the form is sent, if not to the address of the page. */
  readonly action?: string;
  /** The message above a form with errors in fields; empty for none. */
  readonly correct: string;
}

/** A form as markup, with the previous entries except secrets, and with errors. */
export function formMarkup(
  form: Form,
  { entered, errors = {} }: { entered?: URLSearchParams | undefined; errors?: FormErrors } = {},
): string {
  const { fields, section, hidden = {}, button, action } = form;
  const all = [...fields, ...(section?.fields ?? [])];
  // The first field with an error gets the cursor, and otherwise the one that the form names.
  const first = all.find(({ name }) => errors[name] !== undefined);
  const draw = (field: FormField): string => {
    const value = entered?.get(field.name) ?? '';
    return fieldMarkup(first ? { ...field, focus: field === first } : field, value, errors[field.name]);
  };
  const inputs = [
    ...Object.entries(hidden).map(
      ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    ),
    ...fields.map(draw),
    ...(section
      ? [
          `<fieldset>\n<legend>${escapeHtml(section.title)}</legend>\n${section.fields.map(draw).join('\n')}\n</fieldset>`,
        ]
      : []),
  ];
  const target = action === undefined ? '' : ` action="${escapeHtml(action)}"`;
  return `${summaryMarkup(all, errors, form.correct)}<form method="post" accept-charset="utf-8"${target}>
${inputs.join('\n')}
<button type="submit">${escapeHtml(button)}</button>
</form>`;
}

/** What is wrong, above the form: a reminder of the marked fields, and errors that belong to no field. */
function summaryMarkup(fields: readonly FormField[], errors: FormErrors, correct: string): string {
  const known = new Set(fields.map(({ name }) => name));
  const wrong = Object.entries(errors);
  const unplaced = wrong.filter(([name]) => !known.has(name)).map(([, text]) => text);
  const marked = wrong.length > unplaced.length && correct !== '' ? [correct] : [];
  const sentences = [...marked, ...unplaced].join(' ');
  if (sentences === '') return '';
  return `<p class="summary" role="alert">${escapeHtml(sentences)}</p>\n`;
}
