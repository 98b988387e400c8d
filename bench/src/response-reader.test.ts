import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswer } from './response-reader.ts';

const answer = (head: string, body = ''): Buffer => Buffer.from(`HTTP/1.1 ${head}\r\n\r\n${body}`);

test('a response is complete with its last byte', () => {
  const bytes = answer('201 Created\r\nX-Other: content-length: 99\r\nContent-Length: 12', '{"serial":1}');
  for (let length = 0; length < bytes.length; length++)
    assert.equal(readAnswer(bytes.subarray(0, length)), undefined);
  const read = readAnswer(bytes);
  assert.equal(read?.status, 201);
  assert.equal(bytes.toString('utf8', read?.bodyStart, read?.bodyEnd), '{"serial":1}');
});

test('a response may have no body', () => {
  assert.equal(readAnswer(answer('200 OK\r\ncontent-length:0'))?.status, 200);
  assert.equal(readAnswer(answer('204 No Content'))?.status, 204);
});

test('an unsupported response is an error', () => {
  assert.throws(
    () => readAnswer(answer('200 OK\r\ntransfer-encoding: chunked', '0\r\n\r\n')),
    /content-length/,
  );
  assert.throws(() => readAnswer(answer('200 OK\r\ncontent-length: 1', '{}')), /more bytes/);
  assert.throws(() => readAnswer(Buffer.from('SSH-2.0-OpenSSH\r\n\r\n')), /not HTTP/);
});
