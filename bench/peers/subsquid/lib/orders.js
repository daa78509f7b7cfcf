// What each event does to its order; the numbers of the states are the contract's.
const COMPLETED = 5
const CANCELLED = 6

exports.changes = {
  OrderPlaced: (args) => ({
    seller: args.terms.seller,
    buyer: args.terms.buyer,
    payer: args.terms.payer,
    token: args.terms.token,
    base: args.terms.base,
    held: args.terms.base,
    status: 1,
    stars: 0,
    clocks: args.terms.clocks,
    origin: args.terms.origin,
  }),
  OrderAccepted: () => ({status: 2}),
  OrderDelivered: () => ({status: 3}),
  OrderReleased: () => ({status: COMPLETED, held: 0n}),
  OrderRefunded: (args) => (args.left === 0n ? {status: CANCELLED, held: 0n} : {held: args.left}),
  OrderCancelled: () => ({status: CANCELLED, held: 0n}),
  OrderDeclined: () => ({status: CANCELLED, held: 0n}),
  OrderReclaimed: () => ({status: CANCELLED, held: 0n}),
  OrderDisputed: () => ({status: 4}),
  OrderResolved: () => ({status: COMPLETED, held: 0n}),
  OrderRated: (args) => ({stars: Number(args.stars)}),
}
