import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotUtf8, utf8Text } from './utf8-text.ts';

test('the error names the line and the byte of the first invalid sequence, with all line ends', () => {
  const cases: [number[], number, number][] = [
    [[0xe9], 1, 1],
    [[0x61, 0x0a, 0x62, 0xfc, 0x63], 2, 2],
    [[0x61, 0x0d, 0x62, 0xfc], 2, 2],
    [[0x61, 0x0d, 0x0a, 0x62, 0x62, 0xfc], 2, 3],
    // Cut in the middle, too long, a surrogate, above U+10FFFF.
    [[0x61, 0xc3], 1, 2],
    [[0xc3, 0xa9, 0xc0, 0x80], 1, 3],
    [[0xed, 0xa0, 0x80], 1, 1],
    [[0xf4, 0x90, 0x80, 0x80], 1, 1],
    [[0xff, 0xfe, 0x61, 0x00], 1, 1],
  ];
  for (const [bytes, line, byte] of cases) {
    assert.throws(
      () => utf8Text(Uint8Array.from(bytes), 'names.txt'),
      (error) =>
        error instanceof NotUtf8 && error.message.startsWith(`names.txt, line ${line}, byte ${byte}: `),
      JSON.stringify(bytes),
    );
  }
});

test('a byte-order mark is not part of the text, and all characters are decoded', () => {
  const text = 'Ünïcode 漢字 🂡\r\n';
  assert.equal(utf8Text(Buffer.from(`\ufeff${text}`), ''), text);
  assert.equal(utf8Text(new Uint8Array(), ''), '');
});
