// Environment: RPC_URL, DEPLOYMENT (its record), FROM and, if it is to end there, TO (blocks), DATABASE_URL.
import { readFileSync } from "node:fs";
import { createConfig } from "ponder";
import { http, type Abi } from "viem";

const { address, abi } = JSON.parse(readFileSync(process.env.DEPLOYMENT!, "utf8")).contracts.Market;
export const events = (abi as Abi).filter((entry) => entry.type === "event");

export default createConfig({
  database: { kind: "postgres", connectionString: process.env.DATABASE_URL },
  networks: {
    anvil: {
      chainId: 31337,
      transport: http(process.env.RPC_URL, { maxResponseBodySize: 1 << 30 }),
      maxRequestsPerSecond: 1_000_000,
    },
  },
  contracts: {
    Market: {
      network: "anvil",
      abi: events,
      address,
      startBlock: Number(process.env.FROM),
      endBlock: process.env.TO ? Number(process.env.TO) : undefined,
    },
  },
});
