// Sealed evidence in the browser: the counterpart of dapp/evidence/seal.py. The identity that opens it is made
// from the wallet's signature (or a passphrase), lives in this page's memory and is told to nobody.
import { bech32, Decrypter, Encrypter, hkdf, identityToRecipient, scryptAsync, sha256 } from "./age.js";
import { failure, REJECTED } from "./failures.js";
import { askPassphrase, showFile, showPassphrase } from "./dialogs.js";

export const UNSTEADY = 4290; // our own code, beside the wallets'
const STATEMENT = "Open evidence that is sealed to this account.";
const MAGIC = new TextEncoder().encode("hanse-sealed/1\n");
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, dkLen: 64 };
const HEADER_LIMIT = 64 * 1024;

// -- identities

export function typedData(chainId, evidenceLog, account) {
  const field = (name, type) => ({ name, type });
  return {
    types: {
      EIP712Domain: [
        field("name", "string"),
        field("version", "string"),
        field("chainId", "uint256"),
        field("verifyingContract", "address"),
      ],
      EvidenceKey: [field("account", "address"), field("statement", "string")],
    },
    primaryType: "EvidenceKey",
    domain: { name: "Hanse Evidence", version: "1", chainId, verifyingContract: evidenceLog },
    message: { account, statement: STATEMENT },
  };
}

export function identityOfSignature(signature) {
  const bytes = fromHex(signature);
  if (bytes.length < 64) throw new Error("a signature has at least 64 bytes");
  return identity(bytes.slice(0, 64)); // r and s: v differs by wallet
}

export async function identityOfPassphrase(passphrase, chainId, account) {
  const plain = passphrase.normalize("NFKC").replace(/[\s-]/gu, "");
  const salt = `hanse-evidence/v1|${chainId}|${account.toLowerCase()}`;
  return identity(await scryptAsync(plain, salt, SCRYPT));
}

function identity(secret) {
  const key = hkdf(sha256, secret, new TextEncoder().encode("hanse-evidence/v1"), new TextEncoder().encode("x25519"), 32);
  return bech32.encode("age-secret-key-", bech32.toWords(key), false).toUpperCase();
}

export const recipientOf = (key) => identityToRecipient(key);

// What EvidenceLog.publishRecipient takes: 32 bytes as hex.
export function publicKey(recipient) {
  const { words } = bech32.decode(recipient, false);
  return "0x" + toHex(bech32.fromWords(words));
}

// -- files

export async function seal({ name, description = "", bytes }, recipients) {
  const header = new TextEncoder().encode(JSON.stringify({ name, description }));
  const plain = new Uint8Array(MAGIC.length + 4 + header.length + bytes.length);
  plain.set(MAGIC);
  new DataView(plain.buffer).setUint32(MAGIC.length, header.length);
  plain.set(header, MAGIC.length + 4);
  plain.set(bytes, MAGIC.length + 4 + header.length);
  const encrypter = new Encrypter();
  for (const recipient of new Set(recipients)) encrypter.addRecipient(recipient);
  return encrypter.encrypt(plain);
}

// key: an identity, or what `holderOf` gives.
export async function open(sealed, key) {
  const plain = await decrypterOf(key).decrypt(sealed);
  const start = MAGIC.length + 4;
  if (plain.length < start || MAGIC.some((byte, at) => plain[at] !== byte)) throw new Error("not a sealed file");
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(MAGIC.length);
  if (length > Math.min(HEADER_LIMIT, plain.length - start)) throw new Error("not a sealed file");
  const { name, description = "" } = JSON.parse(new TextDecoder().decode(plain.subarray(start, start + length)));
  return { name: String(name), description: String(description), bytes: plain.subarray(start + length) };
}

function decrypterOf(key) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  return decrypter;
}

// -- letting others in, who came later: with the key of a file alone, which opens that file and no other

const KEYS_NAME = "keys.json";

// The key of a sealed file, of which the beginning is enough.
export const fileKeyOf = (sealed, key) => decrypterOf(key).decryptHeader(sealed);

// Stands for an identity of which only this file's key is known.
export const holderOf = (fileKey) => ({ unwrapFileKey: () => fileKey });

// fileKeys: { CID: key }. The result is an ordinary sealed file.
export function sealKeys(fileKeys, recipients) {
  const told = Object.fromEntries(Object.entries(fileKeys).map(([cid, fileKey]) => [cid, toHex(fileKey)]));
  return seal({ name: KEYS_NAME, bytes: new TextEncoder().encode(JSON.stringify(told)) }, recipients);
}

// What `sealKeys` made: { CID: key }, nothing for any other sealed file.
export async function openKeys(sealed, key) {
  const { name, bytes } = await open(sealed, key);
  if (name !== KEYS_NAME) return {};
  const told = Object.entries(JSON.parse(new TextDecoder().decode(bytes)));
  return Object.fromEntries(told.map(([cid, hex]) => [cid, fromHex(String(hex))]));
}

// -- what the server may ask this page (see ./own.js)

const identities = new Map(); // by chain, contract and account; for the life of the page

async function identityFor({ contract, passphrase, texts }, { account, chainId, request }, twice) {
  const place = `${chainId}/${contract}/${account}`.toLowerCase();
  if (identities.has(place)) return identities.get(place);
  let key;
  if (passphrase) {
    const words = twice ? await showPassphrase(newPassphrase(), texts) : await askPassphrase(texts);
    if (!words) throw failure(REJECTED, "No passphrase was given.");
    key = await identityOfPassphrase(words, chainId, account);
  } else {
    const document = JSON.stringify(typedData(chainId, contract, account));
    const sign = () => request("eth_signTypedData_v4", [account, document]);
    key = identityOfSignature(await sign());
    if (twice && identityOfSignature(await sign()) !== key) throw failure(UNSTEADY, "The wallet signs differently each time.");
  }
  identities.set(place, key);
  return key;
}

// 100 random bits in five groups.
function newPassphrase() {
  const letters = "abcdefghijklmnopqrstuvwxyz234567";
  const digits = [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => letters[byte % 32]);
  return [0, 4, 8, 12, 16].map((at) => digits.slice(at, at + 4).join("")).join("-");
}

export const methods = {
  // The account's public key, to be published: { recipient, publicKey }. A key account signs twice, which shows
  // whether its wallet makes the same signature each time; a contract wallet is given a passphrase.
  async hanse_evidenceRecipient([options], wallet) {
    const recipient = await recipientOf(await identityFor(options, wallet, true));
    return { recipient, publicKey: publicKey(recipient) };
  },

  // Opens the sealed file { file: CID, address, keys: [address, …] } of this server in a window of this page; `keys`
  // are files that may hold its key for this account. The server learns that it was opened, or why not:
  // "other_key" (sealed to others), "wrong_key" (not the published one), "missing".
  async hanse_openEvidence([options], wallet) {
    const key = await publishedIdentity(options, wallet);
    if (!key) return { opened: false, reason: "wrong_key" };
    const sealed = await load(options.address);
    if (!sealed) return { opened: false, reason: "missing" };
    const way = await wayInto(sealed, options, key);
    if (!way) return { opened: false, reason: "other_key" };
    try {
      showFile(await open(sealed, way), options.texts);
    } catch {
      return { opened: false, reason: "other_key" };
    }
    return { opened: true };
  },

  // Passes the keys of `files`, each as above, on to the recipients: { shared: [CID, …], sealed: base64 }, with the
  // files that this account opens. The server sees the sealed keys only.
  async hanse_shareEvidence([options], wallet) {
    const key = await publishedIdentity(options, wallet);
    if (!key) return { shared: [], reason: "wrong_key" };
    const fileKeys = {};
    let reason = "other_key";
    for (const file of options.files) {
      const head = await load(file.address, HEADER_LIMIT);
      const way = head && (await wayInto(head, file, key));
      if (way) fileKeys[file.file] = await fileKeyOf(head, way);
      else if (!head) reason = "missing";
    }
    const shared = Object.keys(fileKeys);
    if (!shared.length) return { shared, reason };
    return { shared, sealed: toBase64(await sealKeys(fileKeys, options.recipients)) };
  },
};

// The account's identity, unless it isn't the one that the account published.
async function publishedIdentity(options, wallet) {
  const key = await identityFor(options, wallet, false);
  if (!options.recipient || (await recipientOf(key)) === options.recipient) return key;
  identities.clear();
  return null;
}

// What opens a sealed file, of which the beginning is enough: the identity itself, or a key that was passed on
// to it; null if neither does.
async function wayInto(sealed, { file, keys }, key) {
  const opens = (way) => fileKeyOf(sealed, way).then(() => true, () => false);
  if (await opens(key)) return key;
  for (const address of keys) {
    try {
      const holder = holderOf((await openKeys(await load(address), key))[file]);
      if (await opens(holder)) return holder;
    } catch {
      // Not for this account, or not what it should be: another may hold the key.
    }
  }
  return null;
}

// A sealed file of this server, or its first bytes; null if it is missing.
async function load(address, limit = Infinity) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) return null;
  const reader = response.body.getReader();
  const parts = [];
  for (let size = 0; size < limit; size += parts.at(-1).length) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
  }
  reader.cancel();
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function fromHex(text) {
  return Uint8Array.from(text.replace(/^0x/, "").match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function toHex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes)); // keys: a few kilobytes
}
