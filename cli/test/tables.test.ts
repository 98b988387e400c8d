import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { withIo } from '../src/io.ts';
import { fitsInto, inColumns } from '../src/tables/columns.ts';
import { wholeList } from '../src/tables/list-shape.ts';
import { itemText, listText, type View, valueText } from '../src/tables/printing.ts';

const ID = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';
interface Thing {
  id: string;
  at: string;
  said: string;
  data: object;
}
const view: View<Thing> = { fields: ['id', 'at', 'said', 'data'], columns: ['id', 'at', 'said', 'data'] };
const thing: Thing = {
  id: ID,
  at: '2031-05-30T22:03:37.000Z',
  said: 'one two three four five six seven eight nine ten',
  data: { name: 'lab', limits: { 'cyclades.vm': { member: 2, project: null } }, members: [1, 2] },
};

/** What a table of things looks like on a terminal of this width; messages on stderr come second. */
async function shown(columns: number | undefined, make: () => string): Promise<[string, string]> {
  let told = '';
  const stdout = Object.assign(new Writable(), { isTTY: columns !== undefined, ...(columns && { columns }) });
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      told += chunk;
      done();
    },
  });
  const text = await withIo({ env: {}, cwd: '.', stdin: Readable.from(['']), stdout, stderr }, async () =>
    make(),
  );
  return [text, told];
}

const list = () => listText([thing], view, { format: 'table', unitStyle: 'auto', reach: {} });

test('a table fits the terminal: words are wrapped, then the last columns are left out, and it is said', async () => {
  for (const width of [200, 120, 100, 80, 60, 40]) {
    const [text, told] = await shown(width, list);
    const lines = text.split('\n');
    assert.ok(
      lines.every((line) => line.length <= Math.max(width, ID.length)),
      `${width}:\n${text}`,
    );
    assert.ok(text.includes(ID), 'an identifier is never cut');
    assert.equal(told !== '', lines[0]?.split(/ {2,}/).length !== 4, `${width}: ${told}`);
  }
  const [narrow, told] = await shown(40, list);
  assert.match(narrow, /^ID\n/);
  assert.equal(told, '3 columns are left out for want of room; --columns names those to show.\n');
});

test('columns that are asked for are never left out, and a time is not broken', async () => {
  const columns = ['id', 'at', 'said', 'data'];
  const asked = () =>
    listText([thing], view, {
      format: 'table',
      unitStyle: 'auto',
      reach: {},
      list: { ...wholeList('things'), columns },
    });
  const [text, told] = await shown(40, asked);
  assert.match(text, /^ID +AT +SAID +DATA$/m);
  assert.equal(told, '');
  const rows = [['one two three', '2031-05-30 22:03']];
  assert.equal(inColumns(rows, 30), 'one two       2031-05-30 22:03\nthree\n');
});

test('where the output is no terminal a table is as wide as it is', async () => {
  const [text, told] = await shown(undefined, list);
  assert.deepEqual([text.split('\n').length, told], [3, '']);
});

test('a single thing is wrapped beside its names', async () => {
  const [text] = await shown(60, () =>
    itemText(thing, view, { format: 'table', unitStyle: 'auto', reach: {} }),
  );
  assert.ok(
    text.split('\n').every((line) => line.length <= 60),
    text,
  );
  assert.match(text, /^SAID +one two/m);
});

test('times are in the zone of the machine and to the minute in tables, and as they came elsewhere', async () => {
  const before = process.env['TZ'];
  process.env['TZ'] = 'Asia/Kolkata';
  try {
    assert.equal(valueText(thing.at), '2031-05-31 03:33');
    const [json] = await shown(80, () =>
      listText([thing], view, { format: 'json', unitStyle: 'auto', reach: {} }),
    );
    assert.match(json, /"at": "2031-05-30T22:03:37\.000Z"/);
    const [csv] = await shown(80, () =>
      listText([thing], view, { format: 'csv', unitStyle: 'auto', reach: {} }),
    );
    assert.match(csv, /,2031-05-30T22:03:37\.000Z,/);
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('objects are folded into words for people', () => {
  assert.equal(
    valueText(thing.data),
    'name: lab; limits.cyclades.vm.member: 2; limits.cyclades.vm.project: -; members: 1, 2',
  );
  assert.equal(valueText({}), '-');
});

test('rows are wrapped between words only', () => {
  const rows = [
    ['a', 'one two three'],
    ['b', 'four'],
  ];
  assert.equal(inColumns(rows, 15), 'a  one two\n   three\nb  four\n');
  assert.ok(fitsInto(rows, 15) && !fitsInto(rows, 14));
});
