import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { chunkFailure, loadChunk, retryChunks } from "../src/chunks";
import { fakeWindow } from "./fake-browser";

let reloads = 0;
let isReachable = true;
const missing = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

beforeEach(() => {
  reloads = 0;
  isReachable = true;
  retryChunks();
  sessionStorage.removeItem("archguard-reloaded");
  Object.assign(fakeWindow.location, {
    href: "https://archguard.example.org/p/shop",
    reload: () => {
      reloads += 1;
    },
  });
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
  globalThis.fetch = () =>
    isReachable ? Promise.resolve(new Response()) : Promise.reject(new TypeError("Failed to fetch"));
});

test("a part that loads is returned, and nothing else happens", async () => {
  assert.equal(await loadChunk(() => Promise.resolve("part")), "part");
  assert.deepEqual([reloads, chunkFailure.value], [0, null]);
});

test("a part that is gone reloads the document once, and then a new version is said to be here", async () => {
  assert.equal(await loadChunk(missing), null);
  assert.deepEqual([reloads, chunkFailure.value], [1, null]);

  assert.equal(await loadChunk(missing), null);

  assert.deepEqual([reloads, chunkFailure.value], [1, "outdated"]);
});

test("a part that loads in between does not allow another reload of the same version", async () => {
  await loadChunk(missing);
  await loadChunk(() => Promise.resolve("part"));

  await loadChunk(missing);

  assert.equal(reloads, 1);
});

test("without the service nothing is reloaded: the browser would show its own error", async () => {
  isReachable = false;

  await loadChunk(missing);

  assert.deepEqual([reloads, chunkFailure.value], [0, "offline"]);
  retryChunks();
  assert.equal(chunkFailure.value, null);
});

test("a browser that knows that it is offline does not ask", async () => {
  Object.defineProperty(globalThis, "navigator", { value: { onLine: false }, configurable: true });

  await loadChunk(missing);

  assert.deepEqual([reloads, chunkFailure.value], [0, "offline"]);
});
