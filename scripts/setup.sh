#!/usr/bin/env bash
# What the machine needs: `setup.sh venv` makes .venv, `setup.sh tools` installs what the whole test suite starts.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "neither root nor sudo; ask an administrator to run: $*"
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"
}

refresh() {
  printf 'setup: this machine lacks: %s\n' "$*"
  command -v apt-get >/dev/null || fail "no apt-get on this machine; install by hand: $*"
  apt update || printf 'setup: apt-get update failed; trying with the lists there are\n' >&2
}

install() {
  printf 'setup: installing %s\n' "$*"
  apt install -y --no-install-recommends "$@" || fail "apt-get could not install: $*"
}

find_python() {
  local name
  for name in python3.11 python3 python3.12 python3.13; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  return 1
}

make_venv() {
  local python
  if ! python=$(find_python); then
    refresh python3 python3-venv
    install python3 python3-venv
    python=$(find_python) || fail "found $(python3 --version), wanted Python 3.11 or newer"
  fi
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    refresh python3-venv
    install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
  fi
  "$python" -m venv --clear .venv || fail "$python -m venv failed"
}

# the newest PostgreSQL for which the archive has PostGIS
install_postgres() {
  local version
  version=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | sed 's/^postgresql-\([0-9]*\)-.*/\1/' | sort -n | tail -1)
  [ -n "$version" ] || fail "the package archive has no postgresql-N-postgis-3; PostgreSQL with PostGIS is needed"
  install "postgresql-$version" "postgresql-$version-postgis-3"
}

# Ubuntu's chromium is a snap, which containers cannot run; Playwright brings its own
install_chromium() {
  local candidate
  candidate=$(apt-cache policy chromium | sed -n 's/.*Candidate: //p')
  case $candidate in
    [0-9]*snap* | "" | "(none)") .venv/bin/playwright install --with-deps chromium || fail "could not install: chromium (Playwright's own)" ;;
    *) install chromium ;;
  esac
}

install_tools() {
  local missing tool
  missing=$(.venv/bin/python -m tests.machine)
  [ -n "$missing" ] || return 0
  refresh "$missing"
  for tool in $missing; do
    case $tool in
      playwright-driver) install libatomic1 ;;
      chromium) install_chromium ;;
      cjk-font) install fontconfig fonts-noto-cjk ;;
      postgis) install_postgres ;;
      npm) install npm ;;
      libreoffice) install libreoffice-writer-nogui ;;
    esac
  done
  missing=$(.venv/bin/python -m tests.machine)
  [ -z "$missing" ] || fail "installed, but still not found: $missing"
}

case ${1:-} in
  venv) make_venv ;;
  tools) install_tools ;;
  *) fail "found ${1:-nothing}, wanted: venv or tools" ;;
esac
