#!/usr/bin/env bash
# Passes the tests on a fresh machine: installs what they need, checks the format, builds, runs everything.
# The last line is what CI counts: "tests: N passed, N failed, N skipped".
#   ./test.sh soak [minutes] [--seed N] [--only embedded|strict|leased|control]
#                          instead: real processes under clients and faults, for 30 minutes if not told otherwise. Prints its seed,
#                          each fault, tables, and at the end one line: "soak: N operations, N faults, N violations".
#                          Root, for network namespaces and a full disk; what can't be made here is told and left out.
set -uo pipefail
cd "$(dirname "$0")"

fail() {
  echo "$1" >&2
  echo "tests: 0 passed, 1 failed, 0 skipped"
  exit 1
}

command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.' || fail "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download"

# command:package, all from Debian.
needed=(redis-server:redis-server redis-cli:redis-tools strace:strace nginx:nginx caddy:caddy chromium:chromium node:nodejs npm:npm curl:curl ip:iproute2 faketime:faketime docker-compose:docker-compose)
missing=()
for pair in "${needed[@]}"; do
  command -v "${pair%%:*}" >/dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || missing+=("${pair##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    # A fresh machine may still be installing updates of its own.
    apt() { apt-get -q -o DPkg::Lock::Timeout=300 "$@" >/dev/null; }
    { apt update || { sleep 30 && apt update; }; } && apt install -y --no-install-recommends "${missing[@]}" ||
      fail "Could not install ${missing[*]}."
  else
    echo "Not installed, tests that need them are skipped or fail; on Debian: apt-get install ${missing[*]}" >&2
  fi
fi

if [ "${1:-}" = soak ]; then
  dotnet build tests/System --nologo -v quiet || { echo "The build failed." >&2; exit 1; }
  exec dotnet tests/System/bin/Debug/net10.0/Curfew.System.Tests.dll "$@"
fi

# One compiler for all projects, whatever the environment says: each that starts anew compiles itself first. The tests build, too.
export UseSharedCompilation=true
dotnet restore Orleans.sln --nologo -v quiet || fail "Restore failed."
dotnet build Orleans.sln --no-restore --nologo -v quiet || fail "The build failed."

results=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$results"' EXIT
run_tests() {
  local failed=0 project
  for project in "$@"; do
    dotnet test "$project" --no-build --nologo -v quiet --logger "trx;LogFileName=$(basename "$project").trx" --results-directory "$results" || failed=1
  done
  return $failed
}

# Beside the tests of the whole system, which mostly wait (for leases, for what was killed), all others one project after the
# other: they start processes and clusters, too. Each says what it found once it is done.
SECONDS=0
others=()
for project in tests/*/*.Tests.csproj; do [[ $project == tests/System/* ]] || others+=("${project%/*}"); done
run_tests tests/System >"$results/system.log" 2>&1 &
system=$!
dotnet format Orleans.sln --no-restore --verify-no-changes --severity error >"$results/format.log" 2>&1 &
format=$!
status=0
run_tests "${others[@]}" || status=1
wait $system || status=1
cat "$results/system.log"
if ! wait $format; then
  cat "$results/format.log"
  echo "The format is off: run 'dotnet format'." >&2
  status=1
fi
echo "The tests took $SECONDS s. The slowest:"
grep -ho '<UnitTestResult [^>]*' "$results"/*.trx | sed -E 's/.* testName="([^"]*)".* duration="([^"]*)".*/  \2 \1/' | sort -r | head -n 25 | cut -c1-150

count() { grep -ho "$1=\"[0-9]*\"" "$results"/*.trx 2>/dev/null | grep -o '[0-9]*' | awk '{n += $1} END {print n + 0}'; }
passed=$(count passed)
failed=$(count failed)
skipped=$(($(count total) - $(count executed)))
[ "$failed" -eq 0 ] && [ $status -ne 0 ] && failed=1
[ "$passed" -eq 0 ] && status=1
# What failed and why, at the end, where a reader of a long log looks first.
if [ "$failed" -gt 0 ]; then
  for trx in "$results"/*.trx; do
    awk '/<UnitTestResult /{name = ""} /<UnitTestResult .*outcome="Failed"/{match($0, /testName="[^"]*"/); name = substr($0, RSTART + 10, RLENGTH - 11); print "failed: " name}
      name && /<Message>/{on = 1} name && on {print "  " $0} /<\/StackTrace>|<\/UnitTestResult>/{on = 0}' "$trx" |
      sed -e 's/<[^>]*>//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xD;//g; s/&amp;/\&/g' | head -n 60
  done
fi
echo "tests: $passed passed, $failed failed, $skipped skipped"
[ $status -eq 0 ] && [ "$failed" -eq 0 ]
