// Each request is put to the wallet once, whatever reruns, reloads, second tabs or restarts do. The tab's
// storage says what was asked and what came of it; the page announces that until the server has settled it.
import { failure, failureOf, NOT_CONNECTED, REJECTED } from "./failures.js";
import { answerHere } from "./own.js";
import { changed, current, ensureChain, selected } from "./wallets.js";

const STORE = "hanse.wallet.requests";
const SETTLED_KEPT = 300;

const entries = load(); // by request id: { status, request, value, code, message }
const live = new Set(); // asked by this very page, not answered yet
let busy = 0;

function load() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

function save() {
  const settled = Object.keys(entries).filter((id) => entries[id].status === "settled");
  for (const id of settled.slice(0, -SETTLED_KEPT)) delete entries[id];
  const kept = Object.entries(entries).map(([id, entry]) => [
    id,
    entry.request?.private && entry.status === "done" ? { status: "settled" } : entry,
  ]);
  try {
    sessionStorage.setItem(STORE, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // Storage may be forbidden or full: this page still knows, a reload doesn't.
  }
}

export const asking = () => busy > 0;

// What the server is told, again and again until it settles it: a fresh one may know nothing.
export function results() {
  const known = {};
  for (const [id, { status, value, code, message, request }] of Object.entries(entries)) {
    if (status === "open" || status === "settled") continue;
    known[id] = {
      status,
      value,
      code,
      message,
      request: request.method === "eth_sendTransaction" ? request : null,
    };
  }
  return known;
}

export function settle(ids) {
  for (const id of ids) {
    const entry = entries[id];
    if (entry && !live.has(id) && entry.status !== "settled") entries[id] = { status: "settled" };
  }
  save();
}

// An open entry that nobody waits for: the page was reloaded while the wallet was asked. A tab that was
// duplicated holds a copy of the other's entries; the lock tells that the other one is still waiting.
export async function findLost() {
  const held = await heldLocks();
  for (const [id, entry] of Object.entries(entries)) {
    if (entry.status !== "open" || live.has(id)) continue;
    entries[id] = held.has(lockOf(id)) ? { status: "settled" } : { ...entry, status: "lost" };
  }
  save();
}

async function heldLocks() {
  try {
    return new Set((await navigator.locks.query()).held.map((lock) => lock.name));
  } catch {
    return new Set();
  }
}

const lockOf = (id) => `hanse.wallet.${id}`;

export async function run(request, chain) {
  if (entries[request.id]) return;
  entries[request.id] = { status: "open", request };
  live.add(request.id);
  save();
  busy += 1;
  changed();
  const outcome = await underLock(request.id, () => ask(request, chain));
  entries[request.id] = { ...outcome, request };
  live.delete(request.id);
  save();
  busy -= 1;
  changed();
}

async function underLock(id, work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(lockOf(id), work);
}

async function ask(request, chain) {
  try {
    return { status: "done", value: await askWallet(request, chain) };
  } catch (error) {
    const { code, message } = failureOf(error);
    return { status: code === REJECTED ? "rejected" : "failed", code, message };
  }
}

async function askWallet({ method, params, account }, chain) {
  const { account: connected } = current();
  const provider = selected()?.provider;
  if (!provider || !connected) throw failure(NOT_CONNECTED, "No wallet is connected.");
  if (account && account.toLowerCase() !== connected.toLowerCase()) {
    throw failure(NOT_CONNECTED, "Another account is connected now.");
  }
  if (method.startsWith("hanse_")) {
    const wallet = {
      account: connected,
      chainId: chain.id,
      request: (...call) => signed(provider, chain, ...call),
    };
    return answerHere(method, params, wallet);
  }
  return signed(provider, chain, method, fill(method, params, connected));
}

async function signed(provider, chain, method, params) {
  await ensureChain(provider, chain);
  return provider.request({ method, params });
}

// The account goes where each method wants it.
function fill(method, params, account) {
  if (method === "eth_sendTransaction") return [{ ...params[0], from: account }];
  if (method === "personal_sign") return [params[0], account];
  if (method === "eth_signTypedData_v4") return [account, params[0]];
  return params;
}
