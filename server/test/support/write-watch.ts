import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { type KyselyPlugin, type OperationNode, type RootOperationNode, TableNode } from 'kysely';
import { rehearsal } from '../../src/storage/rehearsal.ts';
import type { Storage } from '../../src/storage/storage.ts';

/** Tables that each committed transaction of a request has written. */
interface Watched {
  readonly committed: string[][];
}

/**
 * Tables that a request may write in a transaction of its own: the address of a login whose password was correct, the
 * time at which a session was seen, queues that are worked on after a commit, and the count of pending applications,
 * which follows their commit.
 */
const BESIDE = ['login_sources', 'sessions', 'outbox', 'webhook_deliveries', 'pending_application_charges'];
/**
 * A token remembers the generation of the account protocol that its client uses; the use of an expired token, also one
 * of a task, ends it.
 */
const OF_TOKENS = ['tokens', 'workflow_tokens', 'ended_workflow_tokens'];
/** The ledger's batches are transactions of their own, and their record is another one. */
const TRACED = 'ledger_traces';
/**
 * A task runs in stages, each in transactions of its own, and a task that is not valid is stored.
 */
const STAGED = ['tasks'];
/**
 * A sign-in has steps; the answer to one that needs another step is a refusal with a ticket. A wrong one-time code is
 * counted, and a challenge of a passkey is used up by a wrong answer too.
 */
const OF_REFUSED = ['sign_in_tickets', 'totp_secrets', 'passkey_challenges'];

const CHANNEL = 'fastify.initialization';

/**
 * Watches all requests of the servers that are created from now on: a refused request has committed nothing, and any
 * other at most one transaction.
 */
export class WriteWatch {
  /** Requests for which this was not true. */
  readonly problems: string[] = [];
  readonly #requests = new AsyncLocalStorage<Watched>();
  readonly #listen = (message: unknown): void =>
    this.#watch((message as { fastify: FastifyInstance }).fastify);

  constructor() {
    subscribe(CHANNEL, this.#listen);
  }

  /** Ends the watch; servers that exist are watched on. */
  stop(): void {
    unsubscribe(CHANNEL, this.#listen);
  }

  /** The storage, with its transactions watched. Those of the ledger's batches are not. */
  over(storage: Storage): Storage {
    return {
      ...storage,
      transaction: async (work) => {
        let tables: string[] = [];
        const answer = await storage.transaction((tx) => {
          // The transaction may be tried again.
          tables = [];
          return work({
            db: tx.db.withPlugin(writesInto(tables)),
            afterCommit: (task) => tx.afterCommit(task),
            announce: () => tx.announce(),
          });
        });
        if (tables.length > 0 && !rehearsal()) this.#requests.getStore()?.committed.push(tables);
        return answer;
      },
    };
  }

  #watch(server: FastifyInstance): void {
    server.addHook('onRequest', (_request, _reply, done) => {
      // One server calls another in the same request.
      if (this.#requests.getStore()) done();
      else this.#requests.run({ committed: [] }, done);
    });
    server.addHook('onSend', (request, { statusCode }, payload, done) => {
      const all = this.#requests.getStore()?.committed ?? [];
      const isRefused = statusCode >= 400 && statusCode < 500;
      const changes = all.filter(
        (tables) =>
          !tables.every((table) => BESIDE.includes(table)) &&
          !tables.every((table) => OF_TOKENS.includes(table)) &&
          !tables.includes(TRACED),
      );
      const isStaged = changes.some((tables) => STAGED.some((table) => tables.includes(table)));
      const isStep = changes.some((tables) => OF_REFUSED.some((table) => tables.includes(table)));
      if (!isStaged && changes.length > (isRefused && !isStep ? 0 : 1)) {
        const { method, routeOptions } = request;
        this.problems.push(`${method} ${routeOptions.url}: ${statusCode}, wrote ${changes.join(' and ')}`);
      }
      done(null, payload);
    });
  }
}

/** Notes the tables that statements change. */
function writesInto(tables: string[]): KyselyPlugin {
  return {
    transformQuery: ({ node }) => {
      const table = writtenTable(node);
      if (table !== undefined) tables.push(table);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

function writtenTable(node: RootOperationNode): string | undefined {
  switch (node.kind) {
    case 'InsertQueryNode':
      return nameOf(node.into);
    case 'UpdateQueryNode':
      return nameOf(node.table);
    case 'DeleteQueryNode':
      return nameOf(node.from.froms[0]);
    default:
      return undefined;
  }
}

const nameOf = (node: OperationNode | undefined): string =>
  node && TableNode.is(node) ? node.table.identifier.name : 'unknown';
