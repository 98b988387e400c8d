/**
 * Every bound of the service in one place (decision bounds), each with its reason.
 * What lies beyond a bound is refused at once and by name; nothing grows without end.
 */
export const LIMITS = {
  /** A request body. The largest honest one is a service document. */
  body_bytes: 1024 * 1024,
  /** How deep JSON that is sent may nest. The deepest honest one is a workflow's input, some ten levels. */
  json_depth: 100,
  /** A bulk of commissions: a thousand of them, with some forty provisions each. */
  bulk_body_bytes: 16 * 1024 * 1024,
  /**
   * A URL path parameter: as long as what Node reads of a request before its body, so that a name of any length is
   * looked for, and told to be unknown by the dialect it is sent to; the router would do it in words of its own.
   */
  path_parameter_length: 16 * 1024,
  /** Provisions in one commission. A server with volumes needs about 12. */
  provisions_per_commission: 1000,
  /** The free text of a commission; the references' column is as wide. */
  commission_name_length: 4096,
  /** Commissions in one bulk request: they take two batches of the ledger. */
  commissions_per_bulk: 1000,
  /** Seconds that a commission may wait to be resolved, where a time is set: ten years. */
  commission_expiry_s_max: 10 * 365 * 24 * 60 * 60,
  /** Serials in one bulk action. */
  serials_per_bulk: 10_000,
  /** Changes of commissions that are recorded in one transaction after a crash. */
  traces_recorded_at_once: 1000,
  /** Commissions that one page of a filtered listing looks at: a rare match may not hold up everybody else. */
  commissions_scanned: 5000,
  /** Users and projects that one page of a filtered listing of quotas looks at, for the same reason. */
  quotas_scanned: 2000,
  /** Overdue commissions that are rejected in one go. */
  commissions_expired_at_once: 1000,
  /** Characters of an idempotency key. */
  idempotency_key_length: 255,
  /** Commissions that the usage history takes in in one transaction when it must catch up: some ten milliseconds. */
  commissions_rolled_at_once: 512,
  /**
   * Commissions that a request for usage waits for, some ten seconds; if the history is further behind, the
   * answer is 503. What was taken in until then is kept, so a repeated request gets further.
   */
  usage_catch_up: 300_000,
  /** Points of one answer on usage over time, of all series together: some 10 MB of JSON. */
  usage_points: 50_000,
  /** Users and projects that one page of charges looks at: most have used nothing. */
  charges_scanned: 2000,
  /** Verifications of the ledger at once: each holds a connection and a view of the past. */
  verifications: 2,
  /** Holdings whose counters are corrected in one ledger transaction. */
  counters_fixed_at_once: 500,
  /** Actions and subjects of audit entries: with any characters, they fit an index of either engine. */
  audit_key_length: 512,
  /** Requests that one ledger transaction carries: enough to amortise the commit, short enough for latency. */
  ledger_batch: 512,
  /** Requests that may wait for the ledger before new ones get 503. */
  ledger_queue: 20_000,
  /**
   * Embedded engine: different counters that wait to be written to their rows. More share more pages of the file when
   * they are written; each takes some 100 bytes of memory, and after a crash a few microseconds of the next start.
   */
  journal_counters: 250_000,
  /** The same, entries of the journal, whatever they are about: some 25 bytes of the file each. */
  journal_entries: 500_000,
  /** Counters written to their rows along with one batch: a millisecond or two, so no request waits for all of it. */
  journal_settled_at_once: 512,
  /** Rows of the journal that one batch removes when their counters are written, for the same reason. */
  journal_cleared_at_once: 16,
  /** Embedded engine: projects and seats whose limits are remembered, some 200 bytes each. */
  ledger_projects_remembered: 150_000,
  ledger_seats_remembered: 150_000,
  /** Sessions of one account: more devices than a person uses. */
  sessions_per_account: 50,
  /** What is stored of the name of a browser. */
  user_agent_length: 400,
  /** Sign-ins of one account that wait for another step. */
  sign_in_tickets_per_account: 10,
  /** Attempts at one step of a sign-in. */
  sign_in_ticket_tries: 5,
  /** Rows on a page of a list, by default and at the most. */
  page_default: 100,
  page_max: 1000,
  /** Entries of one user-catalog request. */
  catalog_entries: 10_000,
  /** Names of projects: a DNS name, or a few words. */
  project_name_length: 253,
  /** Home pages of projects; the references' column is as wide. */
  homepage_length: 255,
  /** Resources that one application or change names. */
  resources_per_change: 1000,
  /** Names of components, services, resources, roles and tokens. */
  name_length: 255,
  /** Descriptions and the reasons given for a decision: a few paragraphs. */
  text_length: 4096,
  /** URLs stored for components and endpoints. */
  url_length: 1024,
  /** First and last names (account-v1 §6.1; the original has 30). */
  person_name_length: 100,
  /** E-mail addresses: RFC 5321 4.5.3.1.3. */
  email_length: 254,
  /** Passwords: short ones are guessed; hashing very long ones would be a way to burn our time. */
  password_length_min: 8,
  password_length_max: 1024,
  /** A text of the terms of service. */
  terms_bytes: 512 * 1024,
  /** Feedback texts. */
  feedback_bytes: 64 * 1024,
  /** Mails that one node hands over at once: a mail server counts connections too. */
  mails_at_once: 4,
  /** Mails, or calls of webhooks, that one run tries before it looks again at what is due. */
  deliveries_per_run: 1000,
  /**
   * For how long a node's claim on a mail excludes the others: far longer than a mail server may take for an
   * answer. What a node that crashed had in hand is tried again after it.
   */
  mail_claim_ms: 10 * 60_000,
  /** Between two tries of a mail: at first, doubled each time, and at the most. */
  mail_retry_ms_min: 60_000,
  mail_retry_ms_max: 6 * 60 * 60_000,
  /** For how long it is remembered that a mail was sent or a webhook called, or that it was given up. */
  delivery_kept_ms: 30 * 24 * 60 * 60_000,
  /** Old ones that are forgotten in one transaction. */
  deliveries_forgotten_at_once: 1000,
  /** For how long a stop waits for what is being handed over; what is cut off is tried again. */
  delivery_stop_ms: 5000,
  /** Webhooks: each event is compared with all of them. */
  webhooks: 100,
  /** Types of events that one webhook names. */
  webhook_events: 100,
  /** Bytes of one event; of a larger one the states before and after are left out. */
  webhook_body_bytes: 64 * 1024,
  /** Bytes of an answer that are read before the connection is cut. */
  webhook_answer_bytes: 64 * 1024,
  /** How long a webhook may take from the look-up of its name to the end of its answer. */
  webhook_ms: 10_000,
  /** Calls of webhooks at once. */
  webhooks_at_once: 8,
  /** For how long a node's claim on a call excludes the others. */
  webhook_claim_ms: 2 * 60_000,
  /** Between two tries of a call: at first, doubled each time, and at the most; and for how long it is tried. */
  webhook_retry_ms_min: 15_000,
  webhook_retry_ms_max: 2 * 60 * 60_000,
  webhook_give_up_ms: 24 * 60 * 60_000,
  /** Mails that one wish to retry names. */
  mails_per_retry: 1000,
  /** Password hashes computed at once; each takes a core and 19 MiB for some 20 ms. */
  hashing_concurrency: 2,
  /** Password checks that may wait before new ones are answered 503. */
  hashing_queue: 256,
  /**
   * Wrong secrets that one network address may send for one account in a row, and how soon after each of them one more
   * is heard: guessing then takes for ever, and a person who mistypes does not notice.
   */
  login_failures: 10,
  login_failure_ms: 60_000,
  /**
   * The same over all addresses together, against guessing from many machines. Addresses from which the account has
   * logged in before are not held to it.
   */
  login_failures_of_all: 100,
  login_failure_of_all_ms: 30_000,
  /** Accounts, and pairs of account and address, whose failures a node remembers. */
  login_failures_remembered: 20_000,
  /** Addresses from which an account has logged in that are remembered: work, home, a few networks on the way. */
  login_sources_per_account: 20,
  /** For how long they are remembered, and how often it is written down that one is still in use. */
  login_source_kept_ms: 180 * 24 * 60 * 60_000,
  login_source_noted_ms: 24 * 60 * 60_000,
  /** Wrong one-time codes of one account that are heard in a row, and how soon after each of them one more is. */
  totp_failures: 10,
  totp_failure_ms: 5 * 60_000,
  /** Recovery codes that are made at once. */
  recovery_codes: 10,
  /** Passkeys of one account: devices and keys of one person. */
  passkeys_per_account: 20,
  /** Names of passkeys. */
  passkey_name_length: 100,
  /** How long a person has to answer the browser's question for a passkey. */
  passkey_challenge_ms: 5 * 60_000,
  /** Open challenges of one account, and of one network where the account is not known; the oldest give way. */
  passkey_challenges_per_account: 10,
  passkey_challenges_per_source: 200,
  /** The same of all networks together; beyond it, none is made. */
  passkey_challenges: 50_000,
  /** Application credentials of one account. */
  application_credentials_per_account: 200,
  /** Tokens of one account. */
  tokens_per_account: 1000,
  /** Tokens of one account that came of logins with its password; beyond it the oldest give way. */
  password_logins_per_account: 100,
  /** Accounts, network addresses and recipients, of each kind, whose requests and mails are counted; about 200 bytes each. */
  rates_remembered: 50_000,
  /**
   * What can be caused in an hour by requests without an account: mails to one address, and changes from one network
   * address and from all of them. A class that signs up behind one address fits; a mail gun does not.
   */
  mails_per_recipient: 10,
  anonymous_requests_per_address: 60,
  anonymous_requests: 1000,
  /** Changes that one account makes in an hour: a script that makes a token each minute is far below. */
  requests_per_account: 600,
  /** How many times as much as one account may, those behind one network address may together. */
  accounts_per_source: 5,
  /** Changes in an hour by all accounts that are no operators'. */
  changes_of_accounts_per_hour: 50_000,
  /** How many times as many mails as strangers, one account can have sent to one address. */
  mails_of_account_factor: 5,
  /** Mails in an hour to one address by all accounts: what the owner of a large project gets on the first day. */
  mails_to_recipient_per_hour: 300,
  /** For how long a node may be silent before others take over the task that it runs a stage of. */
  task_lease_ms: 60_000,
  /** How long an action may take for a stage, where it does not say. */
  action_ms: 5 * 60_000,
  /** How long stages that run in the background are waited for when the service stops. */
  task_stop_ms: 5000,
  /** For how long a mailed link that was used or has ended can say why it does not work any more. */
  ended_task_tokens_ms: 90 * 86_400_000,
  /** Notes that a task keeps of itself and of each action: the newest. */
  notes_per_task: 500,
  /** Tasks, tokens or notifications in a list that is asked for as a whole. */
  workflow_list: 10_000,
  /** Conditions of one filter, and values of one `in`. */
  filter_conditions: 50,
  filter_values: 1000,
  /** Notifications acknowledged in one request. */
  notifications_at_once: 10_000,
  /** Principals remembered by token digest; about 1 kB each. */
  principal_cache: 20_000,
} as const;

export { UNLIMITED } from '@purser/text/quantity';

/** -2^63: the lowest quantity that a signed 64-bit integer holds. */
export const INT64_MIN = -9223372036854775808n;
