import { DatabaseSync } from 'node:sqlite';

/** A virtual machine. */
export interface Server {
  readonly id: number;
  /** Uuid of its owner, and of the project that it is charged to. */
  readonly owner: string;
  readonly project: string;
  readonly name: string;
  readonly ram_mib: number;
}

/**
 * The servers and the names of all operations, in a SQLite file. A change and the name of its operation are written in
 * one transaction, so the database shows later whether an operation was done.
 */
export class Servers {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS servers (
        id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL,
        ram_mib INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS operations (operation TEXT PRIMARY KEY, server INTEGER NOT NULL) STRICT;
    `);
  }

  /** The servers of an owner. */
  of(owner: string): Server[] {
    return this.#db.prepare('SELECT * FROM servers WHERE owner = ? ORDER BY id').all(owner).map(plain);
  }

  find(id: number): Server | undefined {
    const row = this.#db.prepare('SELECT * FROM servers WHERE id = ?').get(id);
    return row && plain(row);
  }

  /** The id of the server that an operation changed; undefined if the operation was not done. */
  doneBy(operation: string): number | undefined {
    return this.#db.prepare('SELECT server FROM operations WHERE operation = ?').get(operation)?.['server'] as
      | number
      | undefined;
  }

  create(operation: string, { owner, project, name, ram_mib }: Omit<Server, 'id'>): Server {
    return this.#do(operation, () => {
      const insert = this.#db.prepare(
        'INSERT INTO servers (owner, project, name, ram_mib) VALUES (?, ?, ?, ?)',
      );
      return Number(insert.run(owner, project, name, ram_mib).lastInsertRowid);
    }) as Server;
  }

  resize(operation: string, id: number, ram_mib: number): Server {
    return this.#do(operation, () => {
      this.#db.prepare('UPDATE servers SET ram_mib = ? WHERE id = ?').run(ram_mib, id);
      return id;
    }) as Server;
  }

  move(operation: string, id: number, project: string): Server {
    return this.#do(operation, () => {
      this.#db.prepare('UPDATE servers SET project = ? WHERE id = ?').run(project, id);
      return id;
    }) as Server;
  }

  remove(operation: string, id: number): void {
    this.#do(operation, () => {
      this.#db.prepare('DELETE FROM servers WHERE id = ?').run(id);
      return id;
    });
  }

  /** Stores a change and the name of its operation in one transaction. A real service calls its hypervisors first. */
  #do(operation: string, change: () => number): Server | undefined {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const id = change();
      this.#db.prepare('INSERT INTO operations (operation, server) VALUES (?, ?)').run(operation, id);
      this.#db.exec('COMMIT');
      return this.find(id);
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

/** SQLite returns rows without a prototype; the copies are plain objects. */
const plain = (row: object): Server => ({ ...row }) as Server;
