# What every command of the project runs with; everything stays inside the checkout.
# Bash sources it for each Makefile recipe (BASH_ENV); in a bash or zsh of your own: `. scripts/env.sh`.
root=$(cd "$(dirname "${BASH_SOURCE:-$0}")/.." && pwd)

case ":$PATH:" in
  *":$root/.venv/bin:"*) ;;
  *) PATH="$root/.cache/bin:$root/.venv/bin:$root/node_modules/.bin:$PATH" ;;
esac
export PATH
export SOLCX_BINARY_PATH="$root/.cache/solcx"
export FOUNDRY_SOLC="$SOLCX_BINARY_PATH/solc-v0.8.37"
# Ape's accounts and caches. Set it to "$HOME/.ape" before to use the accounts you already have.
export APE_DATA_FOLDER="${APE_DATA_FOLDER:-$root/.ape}"
# Byte code is kept, in here: without it each of the many processes compiles thousands of modules anew, for seconds.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX="${PYTHONPYCACHEPREFIX:-$root/.cache/bytecode}"
unset root
