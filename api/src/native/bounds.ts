/**
 * Bounds that the schemas of the native API state. The service enforces the same ones; a test of the server
 * compares the two, since this package is also used where the server is not.
 */
export const BOUNDS = {
  name_length: 255,
  url_length: 1024,
  person_name_length: 100,
  email_length: 254,
  password_length_min: 8,
  password_length_max: 1024,
  terms_length: 512 * 1024,
  reason_length: 4096,
  passkey_name_length: 100,
  project_name_length: 253,
  homepage_length: 255,
  provisions_per_commission: 1000,
  commission_name_length: 4096,
  commissions_per_bulk: 1000,
  serials_per_bulk: 10_000,
  idempotency_key_length: 255,
  commission_expiry_s_max: 10 * 365 * 24 * 60 * 60,
  mails_per_retry: 1000,
  notifications_at_once: 10_000,
  webhook_events: 100,
  page_default: 100,
  page_max: 1000,
} as const;
