// The tables that the peer fills: one row for every event, one for every order.
const {EntitySchema} = require("typeorm")

class Event {
  constructor(fields) {
    Object.assign(this, fields)
  }
}

class Order {
  constructor(fields) {
    Object.assign(this, fields)
  }
}

const number = {type: "numeric", transformer: {to: (value) => value?.toString(), from: (value) => value == null ? value : BigInt(value)}}

exports.Event = Event
exports.Order = Order
exports.EventSchema = new EntitySchema({
  name: "Event",
  target: Event,
  columns: {
    id: {type: "bigint", primary: true},
    block: {type: "int"},
    time: {type: "bigint"},
    name: {type: "text"},
    orderId: {type: "text", nullable: true},
    transaction: {type: "text"},
    args: {type: "jsonb"},
  },
  indices: [{columns: ["orderId"]}],
})
exports.OrderSchema = new EntitySchema({
  name: "Order",
  target: Order,
  tableName: "market_order",
  columns: {
    id: {type: "text", primary: true},
    seller: {type: "text"},
    buyer: {type: "text"},
    payer: {type: "text"},
    token: {type: "text"},
    base: number,
    held: number,
    status: {type: "int"},
    stars: {type: "int"},
    clocks: number,
    origin: number,
    updated: {type: "int"},
  },
})
