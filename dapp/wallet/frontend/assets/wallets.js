// The wallets of this browser: found by EIP-6963 (else window.ethereum), one of them connected.
import { failure, failureOf, NOT_CONNECTED, UNKNOWN_CHAIN, WRONG_CHAIN } from "./failures.js";

const PICK = "hanse.wallet.pick";
const ROLE = "dev.hanse."; // how the development wallets call themselves
const LEGACY = "window.ethereum";
const LEGACY_AFTER_MS = 300;

const found = new Map(); // by the announcement's uuid: { info, provider }
const listeners = new Set();
const bound = new WeakSet();
const state = { selected: null, account: null, chainId: null, connecting: false, error: null };
let started = false;

export const current = () => state;
export const wallets = () => [...found.values()];
export const roleOf = ({ info }) => (info.rdns?.startsWith(ROLE) ? info.rdns.slice(ROLE.length) : null);
const isRole = (wallet) => roleOf(wallet) !== null;
export const selected = () => found.get(state.selected);
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export function changed() {
  for (const listener of listeners) listener();
}

export function start() {
  if (started) return;
  started = true;
  window.addEventListener("eip6963:announceProvider", (event) => add(event.detail));
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  setTimeout(() => {
    if (!wallets().every(isRole) || typeof window.ethereum?.request !== "function") return;
    add({ info: { uuid: LEGACY, rdns: LEGACY, name: "Browser wallet" }, provider: window.ethereum });
  }, LEGACY_AFTER_MS);
}

function add(announced) {
  const { info, provider } = announced ?? {};
  if (!info?.uuid || typeof provider?.request !== "function" || found.has(info.uuid)) return;
  const { uuid, rdns, icon } = info;
  found.set(uuid, { info: { uuid, rdns, icon, name: String(info.name ?? "").slice(0, 40) }, provider });
  if (!state.selected && rdns === remembered()) resume(uuid);
  changed();
}

// A tab keeps its own choice, so that one person may play several parties; a new tab starts with the last.
function remembered() {
  try {
    return sessionStorage.getItem(PICK) ?? localStorage.getItem(PICK);
  } catch {
    return null;
  }
}

function remember(rdns) {
  try {
    sessionStorage.setItem(PICK, rdns);
    if (rdns) localStorage.setItem(PICK, rdns);
    else localStorage.removeItem(PICK);
  } catch {
    // Storage may be forbidden: then the user chooses again after a reload.
  }
}

async function adopt(uuid, accounts) {
  const { provider, info } = found.get(uuid);
  if (!accounts?.length) throw failure(NOT_CONNECTED, "");
  const chainId = Number(await provider.request({ method: "eth_chainId" }));
  Object.assign(state, { selected: uuid, account: accounts[0], chainId, error: null });
  bind(uuid, provider);
  remember(info.rdns);
}

function bind(uuid, provider) {
  if (bound.has(provider) || typeof provider.on !== "function") return;
  bound.add(provider);
  provider.on("accountsChanged", (accounts) => {
    if (state.selected !== uuid) return;
    state.account = accounts?.[0] ?? null;
    if (!state.account) state.selected = null;
    changed();
  });
  provider.on("chainChanged", (chainId) => {
    if (state.selected !== uuid) return;
    state.chainId = Number(chainId);
    changed();
  });
}

async function resume(uuid) {
  try {
    await adopt(uuid, await found.get(uuid).provider.request({ method: "eth_accounts" }));
  } catch {
    // It was not connected any more: the user connects again.
  }
  changed();
}

export async function connect(uuid) {
  Object.assign(state, { connecting: true, error: null });
  changed();
  try {
    await adopt(uuid, await found.get(uuid).provider.request({ method: "eth_requestAccounts" }));
  } catch (error) {
    state.error = failureOf(error);
  }
  state.connecting = false;
  changed();
}

export function disconnect() {
  selected()
    ?.provider.request({ method: "wallet_revokePermissions", params: [{ eth_accounts: {} }] })
    .catch(() => {}); // not every wallet knows it
  Object.assign(state, { selected: null, account: null, chainId: null, error: null });
  remember("");
  changed();
}

export async function switchTo(chain) {
  state.error = null;
  try {
    await ensureChain(selected().provider, chain);
  } catch (error) {
    state.error = failureOf(error);
  }
  changed();
}

export async function ensureChain(provider, chain) {
  const chainOf = async () => Number(await provider.request({ method: "eth_chainId" }));
  if ((await chainOf()) === chain.id) return;
  const chainId = "0x" + chain.id.toString(16);
  const change = () => provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
  try {
    await change();
  } catch (error) {
    const { code } = failureOf(error);
    if (![UNKNOWN_CHAIN, -32603].includes(code) || !chain.rpcUrls.length) throw error;
    const description = {
      chainId,
      chainName: chain.name,
      rpcUrls: chain.rpcUrls,
      nativeCurrency: chain.currency,
      ...(chain.explorers.length && { blockExplorerUrls: chain.explorers }),
    };
    await provider.request({ method: "wallet_addEthereumChain", params: [description] });
    if ((await chainOf()) !== chain.id) await change();
  }
  const now = await chainOf();
  if (now !== chain.id) throw failure(WRONG_CHAIN, `The wallet is still on chain ${now}.`);
  state.chainId = now;
}
