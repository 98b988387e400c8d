import { LIMITS } from '../../../lib/limits.ts';
import type { Words } from '../words/en.ts';
import type { FormField } from './form-fields.ts';

/** The fields `new` and `repeat` for a new password. */
export function newPasswordFields(
  { common, password }: Words,
  { label = password.fresh, focus = false }: { label?: string; focus?: boolean } = {},
): readonly FormField[] {
  const minlength = LIMITS.password_length_min;
  const both = { kind: 'password', autocomplete: 'new-password', minlength } as const;
  return [
    { ...both, name: 'new', label, hint: common.passwordHint(minlength), focus },
    { ...both, name: 'repeat', label: common.again(label) },
  ];
}
