// The wallet in the page's header. Streamlit calls this again for every run that brings new data.
import { draw, prepare } from "./picker.js";
import { asking, findLost, results, run, settle } from "./requests.js";
import { current, onChange, selected, start } from "./wallets.js";

const NOBODY = { account: null, chainId: null, wallet: null };
const RETELL_AFTER_MS = 2500;
const mounts = new WeakMap(); // the root element of a mount → what was told to the server, and the subscription
let recovered = null; // once a page: requests of the page before the reload
let roles = null;

export default function (component) {
  const { parentElement, setStateValue } = component;
  const [data] = component.data;
  const root = parentElement.querySelector(".wallet");
  const mount = mounts.get(root) ?? { told: toldAlready(data), unsubscribe: () => {}, picker: prepare(root) };
  mounts.set(root, mount);
  mount.heard = data.heard;

  const tell = (name, value) => {
    const text = JSON.stringify(value);
    if (mount.told[name] === text) return;
    mount.told[name] = text;
    setStateValue(name, value);
  };
  const refresh = () => {
    draw(mount.picker, data, asking());
    tell("snapshot", snapshot());
    tell("results", results());
    retellUnheard(mount, refresh);
  };

  mount.unsubscribe();
  mount.unsubscribe = onChange(refresh);
  settle(data.settled);
  roles ??= data.development ? developmentWallets(data.development) : Promise.resolve();
  recovered ??= findLost();
  Promise.all([roles, recovered]).then(() => {
    start();
    refresh();
    for (const request of data.requests) run(request, data.chain);
  });
  return () => {
    mount.unsubscribe();
    clearTimeout(mount.timer);
  };
}

// What is told while the socket is down is lost: say it again until the server says that it heard.
function retellUnheard(mount, refresh) {
  clearTimeout(mount.timer);
  const unheard = Object.entries(results()).some(([id, { status }]) => mount.heard.results[id] !== status);
  const away = JSON.stringify(mount.heard.snapshot ?? NOBODY) !== JSON.stringify(snapshot());
  if (!unheard && !away) return;
  mount.timer = setTimeout(() => {
    mount.told = {};
    refresh();
  }, RETELL_AFTER_MS);
}

// A page without a wallet has nothing to tell, and costs the server no second run.
function toldAlready({ heard }) {
  return { snapshot: JSON.stringify(heard.snapshot ?? NOBODY), results: "{}" };
}

function snapshot() {
  const { account, chainId } = current();
  return { account, chainId, wallet: selected()?.info.name ?? null };
}

// Served on the local development chain only.
async function developmentWallets(names) {
  try {
    const { announce } = await import(new URL("../../../dev/wallets.js", import.meta.url));
    await announce(names);
  } catch (error) {
    console.warn("No development wallets:", error.message);
  }
}
