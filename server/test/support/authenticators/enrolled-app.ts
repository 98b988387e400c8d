import type { Domain } from '../../../src/domain.ts';
import { codeOf } from './authenticator-app.ts';

/** Gives an account an authenticator app. Answers its secret in base32 and the recovery codes. */
export async function enrolApp(
  { signInMethods, clock }: Pick<Domain, 'signInMethods' | 'clock'>,
  uuid: string,
): Promise<{ secret: string; recoveryCodes: readonly string[] }> {
  const { secret } = await signInMethods.beginTotp(uuid);
  const by = { uuid, name: 'the user', address: null };
  const enrolled = await signInMethods.confirmTotp(uuid, codeOf(secret, clock), by);
  if (!enrolled?.recoveryCodes) throw new Error('the authenticator app was not confirmed');
  return { secret, recoveryCodes: enrolled.recoveryCodes };
}
