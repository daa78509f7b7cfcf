// What each event does to its order; the numbers of the states are the contract's.
const COMPLETED = 5;
const CANCELLED = 6;

export const changes: Record<string, (args: any) => Record<string, unknown>> = {
  OrderAccepted: () => ({ status: 2 }),
  OrderDelivered: () => ({ status: 3 }),
  OrderReleased: () => ({ status: COMPLETED, held: 0n }),
  OrderRefunded: (args) => (args.left === 0n ? { status: CANCELLED, held: 0n } : { held: args.left }),
  OrderCancelled: () => ({ status: CANCELLED, held: 0n }),
  OrderDeclined: () => ({ status: CANCELLED, held: 0n }),
  OrderReclaimed: () => ({ status: CANCELLED, held: 0n }),
  OrderDisputed: () => ({ status: 4 }),
  OrderResolved: () => ({ status: COMPLETED, held: 0n }),
  OrderRated: (args) => ({ stars: Number(args.stars) }),
};

export const placed = ({ terms }: any) => ({
  seller: terms.seller,
  buyer: terms.buyer,
  payer: terms.payer,
  token: terms.token,
  base: terms.base,
  held: terms.base,
  status: 1,
  stars: 0,
  clocks: terms.clocks,
  origin: terms.origin,
});
