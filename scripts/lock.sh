#!/usr/bin/env bash
# Every package with the hashes of its files: requirements*.txt → requirements*.lock. Where packages come from is the machine's own setting.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" --quiet install "uv==0.13.9"
# uv reads its own variables; what pip was told holds for it too
export UV_EXTRA_INDEX_URL="${UV_EXTRA_INDEX_URL:-$("$tools/bin/pip" config get global.extra-index-url 2>/dev/null | tr '\n' ' ' || true)}"
export UV_FIND_LINKS="${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}"
for name in requirements requirements-dev; do
  "$tools/bin/uv" --quiet pip compile "$name.txt" --universal --python-version 3.11.5 --generate-hashes --index-strategy unsafe-best-match \
    --no-header --no-annotate --no-emit-index-url --output-file "$name.lock" > /dev/null
done
