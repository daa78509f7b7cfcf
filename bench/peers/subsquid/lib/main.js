// Follows the market's events into PostgreSQL. Environment: RPC_URL, DEPLOYMENT (its record), FROM and TO (blocks; without TO
// it stays at the head), DB_URL.
const {readFileSync} = require("fs")
const {EvmBatchProcessor} = require("@subsquid/evm-processor")
const {TypeormDatabase} = require("@subsquid/typeorm-store")
const {In} = require("typeorm")
const {eventsOf} = require("./abi")
const tables = require("./create")
const {Event, Order} = require("./model")
const {changes} = require("./orders")

const {address, abi} = JSON.parse(readFileSync(process.env.DEPLOYMENT, "utf8")).contracts.Market
const events = eventsOf(abi)
const range = {from: Number(process.env.FROM)}
if (process.env.TO) range.to = Number(process.env.TO)

const processor = new EvmBatchProcessor()
  .setRpcEndpoint({url: process.env.RPC_URL, capacity: 20, maxBatchCallSize: 1000})
  .setRpcDataIngestionSettings({headPollInterval: 1000})
  .setFinalityConfirmation(0)
  .setBlockRange(range)
  .setFields({log: {topics: true, data: true, transactionHash: true}})
  .addLog({address: [address.toLowerCase()]})

const plain = (args) => JSON.parse(JSON.stringify(args, (_, value) => (typeof value === "bigint" ? value.toString() : value)))

async function index(ctx) {
  const rows = []
  const steps = []
  for (const block of ctx.blocks) {
    for (const log of block.logs) {
      const {name, decoder} = events.get(log.topics[0])
      const args = decoder.decode(log)
      const orderId = name.startsWith("Order") ? args.id : null
      const id = (BigInt(block.header.height) << 20n) | BigInt(log.logIndex)
      const transaction = log.transactionHash
      const time = Math.floor(block.header.timestamp / 1000)
      rows.push(new Event({id, block: block.header.height, time, name, orderId, transaction, args: plain(args)}))
      if (orderId) steps.push([orderId, name, args, block.header.height])
    }
  }
  await ctx.store.insert(rows)
  const placed = new Set(steps.filter(([, name]) => name === "OrderPlaced").map(([id]) => id))
  const old = [...new Set(steps.map(([id]) => id))].filter((id) => !placed.has(id))
  const orders = new Map()
  for (let start = 0; start < old.length; start += 5000) {
    const found = await ctx.store.findBy(Order, {id: In(old.slice(start, start + 5000))})
    for (const order of found) orders.set(order.id, order)
  }
  for (const [id, name, args, updated] of steps) {
    const order = orders.get(id) ?? new Order({id})
    orders.set(id, Object.assign(order, changes[name](args), {updated}))
  }
  await ctx.store.upsert([...orders.values()])
}

tables.then(() => processor.run(new TypeormDatabase({supportHotBlocks: false}), index))
