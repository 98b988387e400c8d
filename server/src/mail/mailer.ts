import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PurserError } from '../lib/errors.ts';
import { once } from '../lib/flow/once.ts';

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
  readonly replyTo?: string | undefined;
  /**
   * Tells a mail that the service writes of its own accord from all others. The same again where a mail is sent
   * again, so that mail systems can drop the second one.
   */
  readonly id?: string | undefined;
  /** Who it is from, where that is not the service: in the header, and in the envelope, where bounces go. */
  readonly sender?: string | undefined;
  readonly envelopeFrom?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Mailer {
  /**
   * Hands a mail over. Throws `mail_failed`, with the reason as its cause, if the mail was not accepted; its data says whether
   * it is `permanent`: the mail itself or its recipients were refused, and will be again.
   */
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
}

/** A mail server that does not answer must not keep a request waiting for longer than its client would. */
const SMTP_TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Texts and names in a mail are data: none of them makes the mailer open a file or a URL. */
const CLOSED = { disableFileAccess: true, disableUrlAccess: true };

type Deliver = (message: Message) => Promise<void>;
type Message = ReturnType<typeof messageOf>;

function messageOf(mail: Mail, from: string) {
  const recipients = mail.to.map(addressOf);
  const headers: Record<string, string> = { ...(mail.id === undefined ? {} : AUTOMATIC), ...mail.headers };
  const spelling = new Map(Object.keys(headers).map((name) => [name.toLowerCase(), name]));
  return {
    from: mail.sender ?? from,
    to: recipients,
    ...(mail.envelopeFrom === undefined ? {} : { envelope: { from: mail.envelopeFrom, to: recipients } }),
    subject: mail.subject.replace(/\s+/g, ' ').trim(),
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    ...(mail.replyTo === undefined ? {} : { replyTo: addressOf(mail.replyTo) }),
    ...(mail.id === undefined ? {} : { messageId: messageIdOf(mail.id, from) }),
    headers,
    // Otherwise `UUID` in a name becomes `Uuid`.
    normalizeHeaderKey: (name: string) => spelling.get(name.toLowerCase()) ?? name,
    ...CLOSED,
  };
}

/** An address, perhaps with a name before it. It goes as an object, so that a comma in it does not make it two. */
function addressOf(text: string): { name: string; address: string } {
  const [, name = '', address = text] = /^([^<>]*)<([^<>]+)>\s*$/.exec(text) ?? [];
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address };
}

/** RFC 3834: programs that answer mails, such as those of people on holiday, do not answer these. */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated' };

function messageIdOf(id: string, from: string): string {
  const domain = /@([^@<>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  return `<${id}@${domain}>`;
}

/**
 * Opens the way that mail takes: `console`, `smtp://…`, `smtps://…` or `file:DIR`, which writes one complete .eml
 * per mail. Throws an Error with a sentence if the URL is none of these.
 * @param from the sender of every mail.
 * @param console where `console` writes.
 */
export function openMailer(url: string, from: string, console: (text: string) => void): Mailer {
  const { deliver, close } = transportOf(url, console);
  return {
    send: async (mail) => {
      try {
        if (mail.to.length === 0) throw new Error('The mail has no recipient.');
        await deliver(messageOf(mail, from));
      } catch (cause) {
        const failure = new PurserError('mail_failed', {
          reason: (cause as Error).message,
          permanent: isPermanent(cause),
        });
        failure.cause = cause;
        throw failure;
      }
    },
    close,
  };
}

/** Replies of 500 and above to the recipient or the text. One to the sender, or to a login, is about the settings. */
function isPermanent(cause: unknown): boolean {
  const { responseCode = 0, command } = cause as { responseCode?: number; command?: string };
  return responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
}

function transportOf(
  url: string,
  console: (text: string) => void,
): { deliver: Deliver; close: Mailer['close'] } {
  if (url === 'console') return { deliver: toConsole(console), close: async () => undefined };
  if (url.startsWith('file:'))
    return { deliver: toFolder(url.slice('file:'.length)), close: async () => undefined };
  if (/^smtps?:\/\//.test(url)) return overSmtp(url);
  throw new Error('A mail URL is console, smtp://…, smtps://… or file:DIR.');
}

function toConsole(write: (text: string) => void): Deliver {
  return async ({ from, to, subject, text }) => {
    const recipients = to.map(({ address }) => address).join(', ');
    write(`From: ${from}\nTo: ${recipients}\nSubject: ${subject}\n\n${text}\n`);
  };
}

/** What composes and sends mails is loaded for the first of them: many clouds never send one. */
const nodemailer = async () => (await import('nodemailer')).default;

/** A file appears under its name when it is whole, so a program that watches the folder never reads half a mail. */
function toFolder(folder: string): Deliver {
  const composer = once(async () =>
    (await nodemailer()).createTransport({ streamTransport: true, buffer: true, newline: 'windows' }),
  );
  return async (message) => {
    const { message: bytes } = await (await composer()).sendMail(message);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `${new Date().toISOString().replaceAll(':', '')}-${randomUUID()}`;
    const unfinished = join(folder, `.${name}.part`);
    await writeFile(unfinished, bytes as Buffer, { mode: 0o600, flush: true });
    await rename(unfinished, join(folder, `${name}.eml`));
  };
}

function overSmtp(url: string): { deliver: Deliver; close: Mailer['close'] } {
  const open = async () => (await nodemailer()).createTransport({ url, ...SMTP_TIMEOUTS });
  let transport: ReturnType<typeof open> | undefined;
  return {
    deliver: async (message) => {
      transport ??= open();
      await (await transport).sendMail(message);
    },
    close: async () => (await transport)?.close(),
  };
}
