'use strict';

/**
 * What runs inside a function's thread: loads the bundle, calls the handler, and sleeps between two calls so
 * deeply that nothing the function left behind (timers, sockets, promises) makes progress, as in Lambda.
 */

const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { format } = require('node:util');
const v8 = require('node:v8');
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads');

const { codeDir, handlerName, maxResponseBytes, sourceMaps } = workerData;
const wakeUp = new Int32Array(workerData.wakeUp);

let handler;
let current;

const send = (message) => parentPort.postMessage(message);

/** Blocks this thread until there is a call; the event loop runs again only then. */
function awaitCall() {
  let seen = Atomics.load(wakeUp, 0);
  let received = receiveMessageOnPort(parentPort);
  while (received === undefined) {
    Atomics.wait(wakeUp, 0, seen);
    seen = Atomics.load(wakeUp, 0);
    received = receiveMessageOnPort(parentPort);
  }
  // One turn of the loop first: sockets that died meanwhile are noticed before the handler could use them.
  setImmediate(startCall, received.message);
}

function startCall(call) {
  current = { requestId: call.requestId, deferred: undefined, isAsync: false };
  const mine = current;
  const context = makeContext(call);
  const done = (error, value) => {
    if (current !== mine || mine.deferred) return;
    mine.deferred = () => (error === null || error === undefined ? succeed(mine, value) : fail(mine, error));
    if (!context.callbackWaitsForEmptyEventLoop) setImmediate(mine.deferred);
  };
  try {
    const returned = handler(JSON.parse(call.payload), context, done);
    if (typeof returned?.then !== 'function') return;
    mine.isAsync = true;
    returned.then(
      (value) => succeed(mine, value),
      (error) => fail(mine, error),
    );
  } catch (error) {
    fail(mine, error);
  }
}

function makeContext(call) {
  const deadline = Date.now() + call.timeoutMs;
  return {
    ...workerData.context,
    awsRequestId: call.requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function succeed(call, value) {
  if (current !== call) return;
  let payload;
  try {
    payload = JSON.stringify(value) ?? 'null';
  } catch (error) {
    return fail(call, named('Runtime.MarshalError', `Unable to stringify response body: ${error.message}`));
  }
  if (payload.length * 3 > maxResponseBytes && Buffer.byteLength(payload) > maxResponseBytes) {
    const text = `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`;
    return fail(call, named('Function.ResponseSizeTooLarge', text));
  }
  finish({ kind: 'answer', payload });
}

function fail(call, thrown) {
  if (current !== call) return;
  const error = describeError(thrown);
  writeConsoleLine('ERROR', ['Invoke Error \t%s', JSON.stringify(error)]);
  finish({ kind: 'failed', error });
}

function finish(answer) {
  current = undefined;
  const { total_physical_size: heap, external_memory: external } = v8.getHeapStatistics();
  send({ ...answer, usedBytes: heap + external });
  awaitCall();
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function describeError(thrown) {
  if (typeof thrown?.message !== 'string' || typeof thrown.stack !== 'string') {
    return { errorType: typeof thrown, errorMessage: format('%s', thrown), trace: [] };
  }
  return {
    errorType: String(thrown.name ?? 'Error'),
    errorMessage: thrown.message,
    trace: thrown.stack.split('\n'),
  };
}

function writeConsoleLine(level, args) {
  const text = format(...args).replaceAll('\n', '\r');
  send({
    kind: 'log',
    text: `${new Date().toISOString()}\t${current?.requestId ?? 'undefined'}\t${level}\t${text}`,
  });
}

/** Output leaves at once and by the function's own channel: the usual one needs a running event loop. */
function captureOutput() {
  const levels = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...args) => writeConsoleLine(level, args);
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      send({ kind: 'log', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done) process.nextTick(done);
      return true;
    };
  }
}

async function loadHandler() {
  const slash = handlerName.lastIndexOf('/') + 1;
  const dot = handlerName.indexOf('.', slash);
  const base = path.resolve(codeDir, handlerName.slice(0, dot));
  const file = ['.js', '.cjs', '.mjs'].map((end) => base + end).find((name) => existsSync(name));
  if (file === undefined) {
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${path.basename(base)}'`);
  }
  const exported = file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : require(file);
  const found = handlerName
    .slice(dot + 1)
    .split('.')
    .reduce((value, key) => value?.[key], exported);
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  return found;
}

// A `.js` file of a bundle is CommonJS whatever the package.json of a folder above says: Lambda has none.
Module._extensions['.js'] = (module, file) => module._compile(readFileSync(file, 'utf8'), file, 'commonjs');

// With nothing left to wait for, an answer that was held back goes out, and one that can't come any more fails.
process.on('beforeExit', () => {
  if (current === undefined) return;
  if (current.deferred) current.deferred();
  else if (!current.isAsync) succeed(current, null);
  else fail(current, named('Runtime.NodeJsExit', 'The handler waits for something that will never happen'));
});

captureOutput();
if (sourceMaps) process.setSourceMapsEnabled(true);
loadHandler().then(
  (loaded) => {
    handler = loaded;
    send({ kind: 'ready' });
    awaitCall();
  },
  (error) => {
    writeConsoleLine('ERROR', ['Uncaught Exception \t%s', JSON.stringify(describeError(error))]);
    send({ kind: 'init-failed', error: describeError(error) });
  },
);
