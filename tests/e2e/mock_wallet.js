// A browser wallet for tests: EIP-1193 by EIP-6963, or window.ethereum. What it answers is decided in Python
// (`mock_wallet.py`); __OPTIONS__ is filled in there.
(() => {
  const options = __OPTIONS__;
  const listeners = {};
  const emit = (event, value) => (listeners[event] ?? []).forEach((listener) => listener(value));
  const provider = {
    on(event, listener) {
      (listeners[event] ??= []).push(listener);
      return provider;
    },
    removeListener(event, listener) {
      listeners[event] = (listeners[event] ?? []).filter((each) => each !== listener);
    },
    async request({ method, params = [] }) {
      if (options.slow.includes(method) && window.mockWallet.gate) await window.mockWallet.gate;
      const { result, error, event } = await window.mockWalletAnswer(method, params);
      if (error) throw Object.assign(new Error(error.message), error);
      if (event) emit(...event);
      return result;
    },
  };
  window.mockWallet = {
    emit,
    gate: null,
    close() {
      this.gate = new Promise((open) => (this.open = open));
    },
  };
  if (options.legacy) {
    window.ethereum = provider;
    return;
  }
  const info = Object.freeze({
    uuid: `mock-${Math.random()}`,
    name: options.name,
    rdns: "test.mockwallet",
    icon: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='4' fill='orange'/></svg>",
  });
  const announce = () =>
    window.dispatchEvent(
      new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }),
    );
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
})();
