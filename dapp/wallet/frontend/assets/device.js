// A random number of this browser's, for this site alone. It says nothing about the browser: it is drawn once,
// kept where the site's data is kept, and gone with it. See dapp/risk/sign_ins.py for what the server does with it.
const STORE = "hanse.device";
const NUMBER = /^[0-9a-f]{32}$/;

export const methods = {
  async hanse_device() {
    const kept = read();
    if (NUMBER.test(kept ?? "")) return kept;
    const drawn = [...crypto.getRandomValues(new Uint8Array(16))];
    const number = drawn.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    try {
      localStorage.setItem(STORE, number);
    } catch {
      // Storage is forbidden: each sign-in comes from a new browser then.
    }
    return number;
  },
};

function read() {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
}
