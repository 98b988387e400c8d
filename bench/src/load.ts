/**
 * The load generator: a separate process, so that its CPU time does not count as the server's. It receives one plan
 * from its parent, sends one report and ends.
 */
import { connect, type Socket } from 'node:net';
import { Histogram } from './histogram.ts';
import type { LoadPlan, LoadReport } from './load-plan.ts';
import { cpuSeconds, machineCpuSeconds, residentBytes } from './process-usage.ts';
import { type Answer, readAnswer } from './response-reader.ts';

/** How long to wait for outstanding responses after the measured time. */
const DRAIN_MS = 5000;
const EXAMPLE_LENGTH = 300;
const READ_BUFFER_BYTES = 64 * 1024;
const SERIAL = Buffer.from('"serial":');

/** One buffer for all connections: each read is processed before the next one starts. */
const readBuffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);

interface Usage {
  at: number;
  server: number;
  database: number;
  load: number;
  machine: number;
}

function usageNow(plan: LoadPlan): Usage {
  return {
    at: performance.now(),
    server: cpuSeconds(plan.serverPid),
    database: cpuSeconds(plan.databasePid),
    load: cpuSeconds(process.pid),
    machine: machineCpuSeconds(),
  };
}

function serialIn(bytes: Buffer, answer: Answer): string {
  const at = bytes.indexOf(SERIAL, answer.bodyStart);
  const serial = /^\s*(\d+)/.exec(bytes.toString('latin1', at + SERIAL.length, answer.bodyEnd))?.[1];
  if (at < 0 || serial === undefined) throw new Error('a response without a serial');
  return serial;
}

class Connection {
  private readonly socket: Socket;
  private readonly answered: (connection: Connection, bytes: Buffer, answer: Answer) => void;
  private incomplete: Buffer | undefined;
  /** When the request in progress was sent, or was due. */
  since = 0;
  following = false;

  constructor(
    port: number,
    answered: (connection: Connection, bytes: Buffer, answer: Answer) => void,
    broken: (connection: Connection, error: Error) => void,
  ) {
    this.answered = answered;
    const fail = (error: Error): void => {
      this.socket.destroy();
      broken(this, error);
    };
    const onRead = (length: number): boolean => {
      try {
        this.read(readBuffer.subarray(0, length));
      } catch (error) {
        fail(error as Error);
      }
      return true;
    };
    this.socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: readBuffer, callback: onRead },
    });
    this.socket.on('error', fail);
    this.socket.on('end', () => fail(new Error('connection closed by the server')));
  }

  send(request: Uint8Array | string, since: number): void {
    this.since = since;
    if (typeof request === 'string') this.socket.write(request, 'latin1');
    else this.socket.write(request);
  }

  close(): void {
    this.socket.removeAllListeners();
    this.socket.on('error', () => undefined);
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    const bytes = this.incomplete === undefined ? chunk : Buffer.concat([this.incomplete, chunk]);
    const answer = readAnswer(bytes);
    if (answer === undefined) {
      this.incomplete = Buffer.from(bytes);
      return;
    }
    this.incomplete = undefined;
    this.answered(this, bytes, answer);
  }
}

class Load {
  private readonly plan: LoadPlan;
  private readonly histogram = new Histogram();
  private readonly failures = new Map<string, { count: number; example: string }>();
  private readonly idle: Connection[] = [];
  private connections: Connection[] = [];
  private underWay = 0;
  private cursor = 0;
  private stopped = false;
  private measuring = false;
  private measureFrom = Number.POSITIVE_INFINITY;
  private measureUntil = Number.POSITIVE_INFINITY;
  private measured = 0;
  /** Fixed rate: requests are numbered; `sent` of them were sent, `due` of them are due. */
  private begin = 0;
  private sent = 0;
  private due = 0;

  constructor(plan: LoadPlan) {
    this.plan = plan;
  }

  async run(): Promise<LoadReport> {
    const { plan } = this;
    this.connections = Array.from(
      { length: plan.connections },
      () =>
        new Connection(
          plan.port,
          (connection, bytes, answer) => this.answered(connection, bytes, answer),
          (_connection, error) => this.broke(error),
        ),
    );
    this.begin = performance.now();
    if (plan.rate === undefined) for (const connection of this.connections) this.next(connection, this.begin);
    else {
      this.idle.push(...this.connections);
      this.tick(plan.rate);
    }
    await pause(plan.warmup_s * 1000);
    const before = usageNow(plan);
    this.startMeasuring(before.at);
    await pause(plan.duration_s * 1000);
    const after = usageNow(plan);
    this.stopMeasuring(after.at);
    const resident = residentBytes(plan.serverPid);
    for (const deadline = performance.now() + DRAIN_MS; this.busy() && performance.now() < deadline; )
      await pause(5);
    for (const connection of this.connections) connection.close();
    return this.report(before, after, resident);
  }

  private busy(): boolean {
    return this.underWay > 0 || (this.plan.rate !== undefined && this.sent < this.due);
  }

  private startMeasuring(now: number): void {
    this.measuring = true;
    this.measureFrom = now;
  }

  private stopMeasuring(now: number): void {
    // At a fixed rate, requests that were due in the measured time count even if their responses are late.
    if (this.plan.rate === undefined) this.measuring = false;
    this.measureUntil = now;
    this.stopped = true;
  }

  private request(): Uint8Array {
    const request = this.plan.requests[this.cursor] as Uint8Array;
    this.cursor = this.cursor + 1 === this.plan.requests.length ? 0 : this.cursor + 1;
    return request;
  }

  private next(connection: Connection, since: number): void {
    this.underWay += 1;
    connection.send(this.request(), since);
  }

  /**
   * Sends due requests. Timers have a resolution of 1 ms, and their delay counts as latency, which only worsens
   * results.
   */
  private tick(rate: number): void {
    if (this.stopped) return;
    const now = performance.now();
    this.due = Math.floor(((now - this.begin) / 1000) * rate);
    while (this.sent < this.due && this.idle.length > 0) this.sendDue(this.idle.pop() as Connection, rate);
    setTimeout(() => this.tick(rate), 1);
  }

  private sendDue(connection: Connection, rate: number): void {
    this.sent += 1;
    this.next(connection, this.begin + (this.sent * 1000) / rate);
  }

  private answered(connection: Connection, bytes: Buffer, answer: Answer): void {
    const now = performance.now();
    this.underWay -= 1;
    this.count(connection, now);
    if (answer.status < 200 || answer.status > 299) {
      this.failed(`status ${answer.status}`, bytes.toString('utf8', answer.bodyStart, answer.bodyEnd));
    } else if (this.plan.followUp !== undefined && !connection.following) {
      // Also after the end: a started pair is completed.
      this.follow(connection, serialIn(bytes, answer), now);
      return;
    }
    connection.following = false;
    this.goOn(connection, now);
  }

  private count(connection: Connection, now: number): void {
    if (!this.measuring) return;
    const inTime =
      this.plan.rate === undefined ||
      (connection.since >= this.measureFrom && connection.since < this.measureUntil);
    if (!inTime) return;
    this.measured += 1;
    this.histogram.record((now - connection.since) * 1000);
  }

  private follow(connection: Connection, serial: string, now: number): void {
    const { before, after } = this.plan.followUp as NonNullable<LoadPlan['followUp']>;
    connection.following = true;
    this.underWay += 1;
    connection.send(before + serial + after, now);
  }

  private goOn(connection: Connection, now: number): void {
    if (this.plan.rate === undefined) {
      if (!this.stopped) this.next(connection, now);
    } else if (this.sent < this.due) this.sendDue(connection, this.plan.rate);
    else this.idle.push(connection);
  }

  private broke(error: Error): void {
    this.failed('connection', error.message);
    this.underWay -= 1;
  }

  private failed(kind: string, example: string): void {
    const known = this.failures.get(kind);
    if (known) known.count += 1;
    else this.failures.set(kind, { count: 1, example: example.slice(0, EXAMPLE_LENGTH) });
  }

  private report(before: Usage, after: Usage, resident: number): LoadReport {
    const duration_s = (after.at - before.at) / 1000;
    const server = after.server - before.server;
    const database = after.database - before.database;
    const load = after.load - before.load;
    return {
      duration_s,
      requests: this.measured,
      rate: this.measured / duration_s,
      p50_us: this.histogram.quantile(0.5),
      p99_us: this.histogram.quantile(0.99),
      max_us: this.histogram.max,
      serverCpu_s: server,
      databaseCpu_s: database,
      loadCpu_s: load,
      othersCpu_s: Math.max(0, after.machine - before.machine - server - database - load),
      serverResident_bytes: resident,
      unanswered: this.plan.rate === undefined ? 0 : this.due - this.sent + this.underWay,
      failures: [...this.failures].map(([kind, { count, example }]) => ({ kind, count, example })),
    };
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

process.once('message', async (plan: LoadPlan) => {
  const report = await new Load(plan).run();
  process.send?.(report, () => process.disconnect());
});
