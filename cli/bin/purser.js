#!/usr/bin/env node
// Plain JavaScript that old versions of Node understand too: it finds one that can run the rest.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MIN = 24;
const here = dirname(fileURLToPath(import.meta.url));
// The source in a checkout, the bundle in a package.
const main = ['src/main.ts', 'main.js'].map((file) => join(here, '..', file)).find(existsSync);

if (majorOf(process.versions.node) >= NODE_MIN) {
  await runHere();
} else {
  const node = pinnedNode();
  if (node === undefined) {
    process.stderr.write(
      `Purser needs Node ${NODE_MIN} or newer, and this is ${process.versions.node}; install a newer one, ` +
        "or the npm package 'node' beside this command; npm install in a checkout brings it.\n",
    );
    process.exit(1);
  }
  runWith(node);
}

/** @param {string} version */
function majorOf(version) {
  return Number.parseInt(version, 10);
}

async function runHere() {
  // Parts of Node that the service relies on still announce themselves as experimental.
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'string' ? rest[0] : rest[0]?.type;
    if (type !== 'ExperimentalWarning' && warning?.name !== 'ExperimentalWarning') {
      emitWarning.call(process, warning, ...rest);
    }
  };
  // Compiled code, TypeScript stripped, is kept from one command to the next: it halves what a short one takes.
  nodeModule.enableCompileCache?.();
  const { runProcess } = await import(pathToFileURL(main).href);
  await runProcess(process.argv.slice(2));
}

/** The Node that the package or the checkout has pinned, if any. */
function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = here; ; folder = dirname(folder)) {
    const candidates = [
      join(folder, 'node_modules', 'node', 'bin', name),
      join(folder, 'node_modules', '.bin', name),
    ];
    const found = candidates.find((path) => existsSync(path));
    if (found !== undefined) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Runs this file again, and ends as that run ends. @param {string} node */
function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes; anything else comes to this one alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
  }
  child.on('error', (error) => {
    process.stderr.write(`Cannot run ${node}: ${error.message}.\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
