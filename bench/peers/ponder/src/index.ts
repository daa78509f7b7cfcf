// Every event becomes a row; those of orders change their order as well.
import { ponder } from "ponder:registry";
import { event as events, marketOrder } from "ponder:schema";
import { events as abi } from "../ponder.config";
import { changes, placed } from "./orders";

const plain = (args: unknown) =>
  JSON.parse(JSON.stringify(args, (_, value) => (typeof value === "bigint" ? value.toString() : value)));

for (const { name } of abi as { name: string }[]) {
  const ofOrder = name.startsWith("Order");
  ponder.on(`Market:${name}` as any, async ({ event, context }: any) => {
    const updated = Number(event.block.number);
    const orderId = ofOrder ? event.args.id : null;
    await context.db.insert(events).values({
      id: (event.block.number << 20n) | BigInt(event.log.logIndex),
      block: updated,
      time: event.block.timestamp,
      name,
      orderId,
      transaction: event.transaction.hash,
      args: plain(event.args),
    });
    if (name === "OrderPlaced") {
      await context.db.insert(marketOrder).values({ id: orderId, ...placed(event.args), updated });
    } else if (ofOrder) {
      await context.db.update(marketOrder, { id: orderId }).set({ ...changes[name]!(event.args), updated });
    }
  });
}
