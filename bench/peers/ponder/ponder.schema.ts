// The tables that the peer fills: one row for every event, one for every order.
import { index, onchainTable } from "ponder";

export const event = onchainTable(
  "event",
  (t) => ({
    id: t.int8({ mode: "bigint" }).primaryKey(),
    block: t.integer().notNull(),
    time: t.int8({ mode: "bigint" }).notNull(),
    name: t.text().notNull(),
    orderId: t.text(),
    transaction: t.text().notNull(),
    args: t.jsonb().notNull(),
  }),
  (table) => ({ byOrder: index().on(table.orderId) }),
);

export const marketOrder = onchainTable("market_order", (t) => ({
  id: t.text().primaryKey(),
  seller: t.text().notNull(),
  buyer: t.text().notNull(),
  payer: t.text().notNull(),
  token: t.text().notNull(),
  base: t.bigint().notNull(),
  held: t.bigint().notNull(),
  status: t.integer().notNull(),
  stars: t.integer().notNull(),
  clocks: t.bigint().notNull(),
  origin: t.bigint().notNull(),
  updated: t.integer().notNull(),
}));
