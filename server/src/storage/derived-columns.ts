import {
  ColumnNode,
  ColumnUpdateNode,
  type InsertQueryNode,
  InsertQueryNode as InsertQueryNodes,
  type KyselyPlugin,
  type OperationNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  PrimitiveValueListNode,
  type QueryResult,
  type RootOperationNode,
  TableNode,
  type UnknownRow,
  UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely';
import { foldText, nameKey } from '../lib/text/fold.ts';
import { userNameKey } from '../lib/text/user-name.ts';
import type { Database } from './schema.ts';

/** How a column is made of another one of the same row. */
export interface Derivation {
  readonly from: string;
  readonly form: (text: string) => string;
  /** The columns among whose rows with equal values it is unique; left out where it may repeat. */
  readonly uniqueWithin?: readonly string[];
  /** Whether a row that waits for it waits for another column too, by which it is found. */
  readonly along?: boolean;
}

const folded = (from: string): Derivation => ({ from, form: foldText });
const uniqueName = (...uniqueWithin: string[]): Derivation => ({ from: 'name', form: nameKey, uniqueWithin });

/**
 * Every column that holds another column's text in the form in which it is searched (`foldText`) or compared
 * (`nameKey`). Neither engine folds letter case beyond ASCII alike, so the forms are computed here.
 */
export const DERIVED: Readonly<Partial<Record<keyof Database, Readonly<Record<string, Derivation>>>>> = {
  accounts: {
    folded_email: folded('email'),
    folded_username: folded('username'),
    folded_first_name: folded('first_name'),
    folded_last_name: folded('last_name'),
    username_key: { from: 'username', form: userNameKey, uniqueWithin: [], along: true },
    email_key: { from: 'email', form: userNameKey, along: true },
  },
  projects: {
    folded_name: folded('name'),
    name_key: { from: 'name', form: nameKey },
    reserved_key: { from: 'reserved_name', form: nameKey, uniqueWithin: [] },
  },
  tasks: {
    folded_caller: folded('caller'),
    folded_approved_by: folded('approved_by'),
    folded_task_type: folded('task_type'),
    folded_task_notes: folded('task_notes'),
    folded_action_notes: folded('action_notes'),
  },
  notifications: { folded_notes: folded('notes') },
  roles: { name_key: uniqueName() },
  components: { name_key: uniqueName() },
  services: { name_key: uniqueName() },
  resources: { name_key: uniqueName() },
  application_credentials: { name_key: uniqueName('account_id') },
};

/**
 * Adds the derived columns to every INSERT and UPDATE that Kysely compiles, so that no statement can leave them
 * behind. A statement that sets a source column to an expression is a fault of the program and throws.
 */
export class DerivedColumns implements KyselyPlugin {
  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    if (InsertQueryNodes.is(node)) return withDerivedValues(node);
    if (UpdateQueryNode.is(node)) {
      const derivations = derivationsOf(node.table);
      return derivations && node.updates
        ? { ...node, updates: withDerivedUpdates(derivations, node.updates) }
        : node;
    }
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

type Derivations = readonly (readonly [string, Derivation])[];

const BY_TABLE = new Map<string, Derivations>(
  Object.entries(DERIVED).map(([table, columns]) => [table, Object.entries(columns)]),
);

function derivationsOf(table: OperationNode | undefined): Derivations | undefined {
  return table && TableNode.is(table) ? BY_TABLE.get(table.table.identifier.name) : undefined;
}

function withDerivedValues(node: InsertQueryNode): InsertQueryNode {
  const derivations = derivationsOf(node.into);
  if (!derivations || !node.columns || !node.values || !ValuesNode.is(node.values)) return node;
  const names = node.columns.map(({ column }) => column.name);
  const present = derivations
    .map(([column, { from, form }]) => ({ column, at: names.indexOf(from), form }))
    .filter(({ at }) => at >= 0);
  const rows = node.values.values.map((row) => {
    const added = present.map(({ at, form }) => formOf(row.values[at], form));
    return PrimitiveValueListNode.is(row)
      ? PrimitiveValueListNode.create([...row.values, ...added])
      : ValueListNode.create([...row.values, ...added.map((value) => ValueNode.create(value))]);
  });
  return {
    ...node,
    columns: [...node.columns, ...present.map(({ column }) => ColumnNode.create(column))],
    values: ValuesNode.create(rows),
    ...(node.onConflict?.updates && {
      onConflict: { ...node.onConflict, updates: withDerivedUpdates(derivations, node.onConflict.updates) },
    }),
  };
}

function withDerivedUpdates(
  derivations: Derivations,
  updates: readonly ColumnUpdateNode[],
): ColumnUpdateNode[] {
  const set = new Map(
    updates.map(({ column, value }) => [ColumnNode.is(column) ? column.column.name : '', value]),
  );
  const added = derivations
    .filter(([, { from }]) => set.has(from))
    .map(([column, { from, form }]) =>
      ColumnUpdateNode.create(ColumnNode.create(column), ValueNode.create(formOf(set.get(from), form))),
    );
  return [...updates, ...added];
}

/** The form of what a column is set to: a plain value, or the node of one. */
function formOf(given: unknown, form: (text: string) => string): string | null {
  const value = isNode(given) && ValueNode.is(given) ? given.value : given;
  if (typeof value === 'string') return form(value);
  if (value === null || value === undefined) return null;
  throw new Error('A column of which another one is derived has to be set to a text, not to an expression.');
}

function isNode(value: unknown): value is OperationNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
