import type { FormErrors } from './forms/form-fields.ts';
import { type Form, formMarkup } from './forms/form-markup.ts';
import { linkList, type PageContent, paragraph } from './frame.ts';
import type { Words } from './words/en.ts';

/** The parts of a page with one form. */
export interface FormPage {
  readonly title: string;
  /** Paragraphs above the form. */
  readonly texts?: readonly string[];
  /** Markup between the paragraphs and the form. */
  readonly above?: string;
  readonly form: Omit<Form, 'correct'>;
  /** Whether the errors beside the fields are enough. */
  readonly plain?: boolean;
  /** Markup of links below the form. */
  readonly links?: readonly string[];
}

/** What was sent with a form, and what is wrong with it. */
export interface Filled {
  readonly entered?: URLSearchParams | undefined;
  readonly errors?: FormErrors;
}

/** A page with one form; with errors, its status is 400 unless another is given. */
export function formPage(
  { title, texts = [], above = '', form, plain = false, links = [] }: FormPage,
  { common }: Words,
  filled: Filled & { status?: number } = {},
): PageContent {
  const isWrong = Object.keys(filled.errors ?? {}).length > 0;
  return {
    title,
    status: filled.status ?? (isWrong ? 400 : 200),
    body:
      texts.map(paragraph).join('\n') +
      above +
      formMarkup({ ...form, correct: plain ? '' : common.correct }, filled) +
      linkList(links),
  };
}

/** The errors of fields that are required and empty, and of a repeated entry that differs. */
export function missingIn(
  entries: URLSearchParams,
  required: readonly string[],
  { common }: Words,
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const name of required) if (!entries.get(name)?.trim()) errors[name] = common.required;
  if (entries.has('repeat') && entries.get('repeat') !== entries.get('new'))
    errors['repeat'] = common.different;
  return errors;
}
