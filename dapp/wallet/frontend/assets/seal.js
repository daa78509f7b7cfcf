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
  return "0x" + [...bech32.fromWords(words)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
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

export async function open(sealed, key) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  const plain = await decrypter.decrypt(sealed);
  const start = MAGIC.length + 4;
  if (plain.length < start || MAGIC.some((byte, at) => plain[at] !== byte)) throw new Error("not a sealed file");
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(MAGIC.length);
  if (length > Math.min(HEADER_LIMIT, plain.length - start)) throw new Error("not a sealed file");
  const { name, description = "" } = JSON.parse(new TextDecoder().decode(plain.subarray(start, start + length)));
  return { name: String(name), description: String(description), bytes: plain.subarray(start + length) };
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

  // Opens the sealed file at an address of this server in a window of this page. The server learns that it was
  // opened, or why not: "other_key" (sealed to others), "wrong_key" (not the published one).
  async hanse_openEvidence([options], wallet) {
    const key = await identityFor(options, wallet, false);
    if (options.recipient && (await recipientOf(key)) !== options.recipient) {
      identities.clear();
      return { opened: false, reason: "wrong_key" };
    }
    const response = await fetch(options.address, { credentials: "same-origin" });
    if (!response.ok) return { opened: false, reason: "missing" };
    let file;
    try {
      file = await open(new Uint8Array(await response.arrayBuffer()), key);
    } catch {
      return { opened: false, reason: "other_key" };
    }
    showFile(file, options.texts);
    return { opened: true };
  },
};

function fromHex(text) {
  return Uint8Array.from(text.replace(/^0x/, "").match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
