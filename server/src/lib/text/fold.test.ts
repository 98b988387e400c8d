import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { foldText, hasInvisible, nameKey } from './fold.ts';

test('texts that differ only in letter case, normal form or invisible characters fold to the same text', () => {
  const groups = [
    ['Élodie', 'élodie', 'E\u0301LODIE', 'É\u200blodie'],
    ['Straße', 'STRASSE', 'strasse', 'STRAẞE'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσευς', 'οδυσσευσ'],
    ['ﬁle', 'FILE'],
    ['Ａｄａ', 'ada'],
    ['Ångström', 'A\u030angström', '\u212bngström'],
    ['a\u00a0b', ' A  b '],
    ['soft\u00adhyphen', 'softhyphen'],
  ];
  for (const [first = '', ...others] of groups) {
    for (const other of others) assert.equal(foldText(other), foldText(first), `${first} and ${other}`);
  }
  assert.notEqual(foldText('Elodie'), foldText('Élodie'));
});

test('a name key keeps letter case and tells accents apart', () => {
  assert.equal(nameKey('e\u0301lite'), nameKey('élite'));
  assert.notEqual(nameKey('Elite'), nameKey('elite'));
  assert.notEqual(nameKey('elite'), nameKey('élite'));
});

test('bidirectional marks, joiners and tag characters count as invisible', () => {
  for (const mark of ['\u200b', '\u202e', '\u2066', '\ufeff', '\u00ad', '\u3164', '\u{e0041}', '\ufff9']) {
    assert.ok(hasInvisible(`a${mark}b`), mark.codePointAt(0)?.toString(16));
  }
  assert.ok(!hasInvisible('Löve and Ångström, 東京'));
});

test('folding a folded text changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(foldText(foldText(text)), foldText(text));
      assert.equal(nameKey(nameKey(text)), nameKey(text));
    }),
    { numRuns: 2000 },
  );
});

test('folding any single character a second time changes nothing', () => {
  for (let code = 0; code < 0x110000; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const folded = foldText(String.fromCodePoint(code));
    assert.equal(foldText(folded), folded, code.toString(16));
  }
});
