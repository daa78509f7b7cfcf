// Requests that the page answers itself, with the wallet's help: `hanse_…` methods of ./device.js and ./seal.js,
// which export
//   methods = { async hanse_something(params, { account, chainId, request }) { … return value } }
// `request(method, params)` asks the connected wallet, on the market's chain. Loaded when first needed.
import { failure } from "./failures.js";

const UNSUPPORTED = 4200;

export async function answerHere(method, params, wallet) {
  const { methods } = await (method === "hanse_device" ? import("./device.js") : import("./seal.js"));
  if (!Object.hasOwn(methods, method)) throw failure(UNSUPPORTED, `This page doesn't know ${method}.`);
  return methods[method](params, wallet);
}
