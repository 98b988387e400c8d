import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '../support/seeded-random.ts';
import { launchPurser, NotReady, type ServerProcess } from '../support/server-process.ts';
import { type Asked, Book, type Comparison } from './book.ts';
import { journalLeft } from './journal-left.ts';
import { type Counts, issueOnce, RandomClient } from './random-client.ts';
import { look, prepareCloud, type RemoteCloud } from './remote-cloud.ts';

/**
 * Kills the service under load repeatedly, and compares the answers of its clients with its state after the restart
 * (target T11).
 */

/** Rounds on the same data; then an empty database follows, so that rounds stay short. */
const ROUNDS_PER_LIFE = 20;
const CLIENTS = 16;
const USERS = 6;
/** Small enough that charges are refused, large enough that most are not. */
const LIMITS = { 'reliability.one': 40, 'reliability.two': 200 };
const LOAD_MS = { least: 40, most: 700 };
/** How often a restart is killed too, and when: during its recovery. */
const KILL_WHILE_STARTING = 0.2;
const START_KILL_MS = { least: 10, most: 400 };
const SHORT_PAGES = pathToFileURL(join(import.meta.dirname, 'short-pages.ts')).href;
/** Acknowledged issues with a key that are sent again. */
const REPEATED = 5;

export interface KillOptions {
  readonly engine: string;
  readonly rounds: number;
  readonly seed: number;
  /** The URL of an empty database. */
  readonly freshUrl: () => Promise<string>;
  readonly report: (line: string) => void;
}

export interface KillSummary extends Counts {
  rounds: number;
  killsWhileStarting: number;
  /** Issues without an answer; those of them that had happened; those that were sent again. */
  unanswered: number;
  happened: number;
  retried: number;
  /** Kills, on the embedded engine, after which the journal no longer began at its beginning: a page had been settled. */
  pagesSettled: number;
  readonly violations: string[];
}

/** Runs so many rounds; one line is reported for each. */
export async function killRounds(options: KillOptions): Promise<KillSummary> {
  const random = seededRandom(options.seed);
  const summary: KillSummary = {
    rounds: 0,
    killsWhileStarting: 0,
    requests: 0,
    issued: 0,
    refused: 0,
    resolved: 0,
    unanswered: 0,
    happened: 0,
    retried: 0,
    pagesSettled: 0,
    violations: [],
  };
  while (summary.rounds < options.rounds) {
    const life = new Life(options, random, summary);
    const rounds = Math.min(ROUNDS_PER_LIFE, options.rounds - summary.rounds);
    try {
      await life.run(rounds);
    } finally {
      await life.end();
    }
  }
  return summary;
}

/** Rounds on one database. */
class Life {
  readonly #options: KillOptions;
  readonly #random: () => number;
  readonly #summary: KillSummary;
  readonly #directory = mkdtempSync(join(tmpdir(), 'purser-kill-'));
  readonly #adminToken = `admin-${randomUUID()}`;
  readonly #book = new Book();
  readonly #name = randomUUID().slice(0, 8);
  #databaseUrl = '';
  #cloud: RemoteCloud | undefined;
  #server: ServerProcess | undefined;

  constructor(options: KillOptions, random: () => number, summary: KillSummary) {
    this.#options = options;
    this.#random = random;
    this.#summary = summary;
  }

  async run(rounds: number): Promise<void> {
    this.#databaseUrl = await this.#options.freshUrl();
    const server = await this.#start();
    this.#cloud = await prepareCloud(urlOf(server), this.#adminToken, { users: USERS, limits: LIMITS });
    // An orderly stop leaves compiled code behind, which makes all later starts quick.
    await server.stop();
    await this.#start();
    for (let round = 0; round < rounds; round++) await this.#round();
    // What an orderly stop leaves behind must be just as right.
    await this.#load(this.#server as ServerProcess, (one) => one.stop());
    this.#check(await this.#restartAndCompare(), 'after an orderly stop');
  }

  async end(): Promise<void> {
    await this.#server?.kill();
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async #round(): Promise<void> {
    const summary = this.#summary;
    const loaded = await this.#load(this.#server as ServerProcess, (one) => one.kill());
    if (this.#options.engine === 'sqlite' && journalLeft(this.#databaseUrl).first > 1)
      summary.pagesSettled += 1;
    const unanswered = this.#book.unanswered();
    const crashes = await this.#crashWhileStarting();
    const { happened, ...compared } = await this.#restartAndCompare();
    const retried = await this.#retry(unanswered);
    summary.rounds += 1;
    summary.killsWhileStarting += crashes;
    summary.unanswered += unanswered.length;
    summary.happened += happened;
    summary.retried += retried;
    const { counts, load_ms } = loaded;
    for (const key of ['requests', 'issued', 'refused', 'resolved'] as const) summary[key] += counts[key];
    const { rounds } = summary;
    const text =
      `${this.#options.engine} round ${rounds}: killed after ${load_ms} ms, ${counts.requests} answers ` +
      `(${counts.issued} issued, ${counts.refused} refused, ${counts.resolved} resolved); ` +
      `${unanswered.length} issues unanswered, ${happened} of them had happened, ${retried} sent again; ` +
      `${crashes} crashes while starting, ready in ${this.#server?.started_ms.toFixed(0)} ms; ` +
      `${this.#book.size} commissions asked for`;
    this.#check(compared, `round ${rounds}`, text);
  }

  #check({ violations }: Pick<Comparison, 'violations'>, where: string, text?: string): void {
    if (text) this.#options.report(`${text}: ${violations.length === 0 ? 'ok' : 'VIOLATED'}`);
    for (const violation of violations) {
      const sentence = `${this.#options.engine}, ${where}: ${violation}`;
      this.#summary.violations.push(sentence);
      this.#options.report(`  ${sentence}`);
    }
  }

  /** Runs clients against a server for a while and then ends it in the midst of their requests. */
  async #load(
    server: ServerProcess,
    end: (server: ServerProcess) => Promise<void>,
  ): Promise<{ counts: Counts; load_ms: number }> {
    let stopped = false;
    const clients = Array.from({ length: CLIENTS }, (_, id) => this.#client(id, server, () => stopped));
    const ended = Promise.all(clients.map((client) => client.run()));
    const load_ms = Math.round(this.#between(LOAD_MS));
    await pause(load_ms);
    await end(server);
    stopped = true;
    await ended;
    const counts: Counts = { requests: 0, issued: 0, refused: 0, resolved: 0 };
    for (const client of clients) {
      for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += client.counts[key];
    }
    return { counts, load_ms };
  }

  #client(id: number, server: ServerProcess, stopped: () => boolean): RandomClient {
    return new RandomClient({
      id,
      run: `${this.#name}-${this.#summary.rounds}`,
      cloud: this.#cloud as RemoteCloud,
      book: this.#book,
      random: this.#random,
      url: () => urlOf(server),
      stopped,
    });
  }

  /** Starts the service and kills it before it is ready, a few times at the most; answers how often. */
  async #crashWhileStarting(): Promise<number> {
    let crashes = 0;
    while (this.#random() < KILL_WHILE_STARTING) {
      try {
        const server = await this.#launch(this.#between(START_KILL_MS));
        await server.kill();
      } catch (error) {
        if (!(error instanceof NotReady)) throw error;
      }
      crashes += 1;
    }
    return crashes;
  }

  async #restartAndCompare(): Promise<Comparison> {
    const server = await this.#start();
    return this.#book.compare(await look(urlOf(server), this.#cloud as RemoteCloud), { limitsHold: true });
  }

  /** Sends issues with a key again: all that had no answer, and some that had. Answers how many. */
  async #retry(unanswered: readonly Asked[]): Promise<number> {
    const url = (): string => urlOf(this.#server as ServerProcess);
    const again = unanswered.filter(({ key }) => key !== undefined);
    const acknowledged = this.#book.acknowledged().filter(({ key }) => key !== undefined);
    for (let count = 0; count < REPEATED && acknowledged.length > 0; count++) {
      again.push(acknowledged[Math.floor(this.#random() * acknowledged.length)] as Asked);
    }
    for (const asked of again)
      await issueOnce({ url, cloud: this.#cloud as RemoteCloud, book: this.#book }, asked);
    return again.length;
  }

  async #start(): Promise<ServerProcess> {
    this.#server = await this.#launch();
    return this.#server;
  }

  #launch(killAfter_ms?: number): Promise<ServerProcess> {
    return launchPurser({
      directory: this.#directory,
      databaseUrl: this.#databaseUrl,
      adminToken: this.#adminToken,
      nodeOptions: ['--import', SHORT_PAGES],
      ...(killAfter_ms !== undefined && { killAfter_ms }),
    });
  }

  #between({ least, most }: { least: number; most: number }): number {
    return least + this.#random() * (most - least);
  }
}

const urlOf = ({ port }: ServerProcess): string => `http://127.0.0.1:${port}`;
