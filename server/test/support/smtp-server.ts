import { after } from 'node:test';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: string[];
  /** As it came over the wire. */
  readonly message: string;
}

export interface TestSmtpServer {
  readonly url: string;
  readonly port: number;
  readonly received: ReceivedMail[];
  close(): Promise<void>;
}

/**
 * A real SMTP server; it ends with the test or suite that asked for it.
 * @param options.port a free one if not given
 * @param options.refuse the status and the words with which a recipient is refused; undefined takes the mail
 * @param options.beforeReply what happens between having a whole mail and saying so
 */
export async function smtpServer(
  options: {
    port?: number;
    refuse?: (address: string) => { status: number; words: string } | undefined;
    beforeReply?: () => Promise<void>;
  } = {},
): Promise<TestSmtpServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onRcptTo: ({ address }, _session, done) => {
      const refusal = options.refuse?.(address);
      done(refusal ? Object.assign(new Error(refusal.words), { responseCode: refusal.status }) : null);
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        received.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          message: Buffer.concat(chunks).toString(),
        });
        await options.beforeReply?.();
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  after(close);
  return { url: `smtp://127.0.0.1:${port}`, port, received, close };
}
