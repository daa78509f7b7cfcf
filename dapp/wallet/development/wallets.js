// Development wallets: one a role, on the local chain's own test accounts, which its node signs for.
const RPC = new URL("rpc", import.meta.url);

async function rpc(method, params = []) {
  const response = await fetch(RPC, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw Object.assign(new Error(error.message), { code: error.code });
  return result;
}

function providerOf(account) {
  return Object.freeze({
    async request({ method, params = [] }) {
      if (method === "eth_accounts" || method === "eth_requestAccounts") return [account];
      if (method === "wallet_revokePermissions") return null;
      return rpc(method, params);
    },
  });
}

const titleOf = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

// names: of the chain's accounts, in their order.
export async function announce(names) {
  const accounts = await rpc("eth_accounts");
  const details = names.slice(0, accounts.length).map((name, index) =>
    Object.freeze({
      info: Object.freeze({
        uuid: `dev.hanse.${name}`,
        name: titleOf(name),
        rdns: `dev.hanse.${name}`,
        icon: "",
      }),
      provider: providerOf(accounts[index]),
    }),
  );
  const tell = () => {
    for (const detail of details) {
      window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    }
  };
  window.addEventListener("eip6963:requestProvider", tell);
  tell();
}
