// What a wallet throws, as plain data: EIP-1193 codes, some of them nested by the wallet's own layers.
export const REJECTED = 4001;
export const NOT_CONNECTED = 4100;
export const WRONG_CHAIN = 4901;
export const UNKNOWN_CHAIN = 4902;

export function failureOf(error) {
  const code = error?.data?.originalError?.code ?? error?.code;
  const message = error?.data?.originalError?.message ?? error?.message ?? error;
  return { code: Number.isInteger(code) ? code : -1, message: String(message).slice(0, 300) };
}

export function failure(code, message) {
  return Object.assign(new Error(message), { code });
}
