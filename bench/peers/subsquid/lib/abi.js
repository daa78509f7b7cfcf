// The market's events for evm-abi, as its generator writes them, made from the deployment's ABI.
const codec = require("@subsquid/evm-codec")
const {event, indexed, keccak256} = require("@subsquid/evm-abi")

const canonical = (input) =>
  input.type.startsWith("tuple")
    ? `(${input.components.map(canonical).join(",")})${input.type.slice(5)}`
    : input.type

function codecOf(input) {
  const array = /^(.*)\[(\d*)\]$/.exec(input.type)
  if (array) {
    const item = codecOf({...input, type: array[1]})
    return array[2] ? codec.fixedSizeArray(item, Number(array[2])) : codec.array(item)
  }
  if (input.type === "tuple") return codec.struct(members(input.components))
  return codec[input.type]
}

const members = (inputs) =>
  Object.fromEntries(inputs.map((input, index) => [input.name || `_${index}`, codecOf(input)]))

function eventOf(entry) {
  const signature = `${entry.name}(${entry.inputs.map(canonical).join(",")})`
  const fields = entry.inputs.map((input) => [input.name, input.indexed ? indexed(codecOf(input)) : codecOf(input)])
  const topic = "0x" + keccak256(signature).toString("hex")
  return [topic, {name: entry.name, decoder: event(topic, signature, Object.fromEntries(fields))}]
}

exports.eventsOf = (abi) => new Map(abi.filter((entry) => entry.type === "event").map(eventOf))
