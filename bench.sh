#!/bin/sh
# The load test: ./bench.sh [quick] [contender ...]; of a cluster: ./bench.sh cluster [quick]; scale: ./bench.sh scale. See bench/README.md.
set -eu
cd "$(dirname "$0")"

if [ "${1-}" = scale ]; then
  command -v dotnet > /dev/null || { echo "Please install the .NET 10 SDK" >&2; exit 1; }
  dotnet build bench/micro -c Release -v quiet -clp:ErrorsOnly -nologo
  exec dotnet bench/micro/bin/Release/net10.0/Curfew.Bench.Micro.dll scale bench/results
fi

missing=
need() { command -v "$1" > /dev/null || missing="$missing $2"; }
need wrk wrk
need redis-server redis-server
need redis-cli redis-tools
need node nodejs
need npm npm
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of packages
    apt-get install -y -qq --no-install-recommends $missing
  else
    echo "Please install:$missing" >&2
    exit 1
  fi
fi
command -v dotnet > /dev/null || { echo "Please install the .NET 10 SDK" >&2; exit 1; }

dotnet build bench/load -c Release -v quiet -clp:ErrorsOnly -nologo
[ "${1-}" = cluster ] || set -- run "$@"
exec dotnet bench/load/bin/Release/net10.0/Curfew.Bench.Load.dll "$@"
