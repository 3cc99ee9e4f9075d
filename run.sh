#!/usr/bin/env bash
# Builds Curfew and serves it in the foreground, in Development.
#   ./run.sh [embedded]    one process at http://127.0.0.1:${PORT:-5080}, data in ${DATA:-./data}
#   ./run.sh cluster       a Redis, two silos, two API nodes: APIs at PORT and PORT+1, the silos' own pages at PORT+2 and
#                          PORT+3, silo and gateway ports PORT+4 to PORT+7, Redis at PORT+9
set -euo pipefail
cd "$(dirname "$0")"

shape=${1:-embedded}
PORT=${PORT:-5080}
DATA=${DATA:-./data}

if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  echo "curfew: the .NET 10 SDK is needed and was not found: https://dotnet.microsoft.com/download" >&2
  exit 1
fi

case $shape in
  embedded) ;;
  cluster)
    if ! command -v redis-server >/dev/null; then
      echo "curfew: redis-server is needed and was not found (Debian: apt-get install redis-server)" >&2
      exit 1
    fi ;;
  *) echo "usage: ./run.sh [embedded|cluster]" >&2; exit 2 ;;
esac

mkdir -p "$DATA/run"
DATA=$(cd "$DATA" && pwd)

# Nothing is built that is built already: the stamp is newer than every source.
stamp=artifacts/run.stamp
if [ ! -f "$stamp" ] || [ -n "$(find src Directory.*.props global.json -newer "$stamp" -type f \
    -not -path '*/bin/*' -not -path '*/obj/*' -print -quit)" ]; then
  mkdir -p artifacts
  touch artifacts/run.begun
  for project in src/Api src/Silo; do dotnet build $project -c Release -v quiet --nologo >&2; done
  mv artifacts/run.begun "$stamp"
fi

pids=()
stop() {
  trap - INT TERM EXIT
  # The first last: a silo hands its grains over through Redis, and would wait for it for minutes.
  for pid in "${pids[@]:1}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]:1}"; do wait "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]:0:1}"; do kill -TERM "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
  rm -f "$DATA/run/"*.pid
}
trap 'stop; exit 0' INT TERM
trap stop EXIT

# start NAME COMMAND...: in the background, its pid in $DATA/run/NAME.pid.
start() {
  local name=$1
  shift
  "$@" &
  pids+=($!)
  echo $! >"$DATA/run/$name.pid"
}

# ready URL PID: waits until /health/ready is 200, or the process is gone.
ready() {
  until curl -fs -o /dev/null "$1/health/ready"; do
    kill -0 "$2" 2>/dev/null || { wait "$2" || true; echo "curfew: $1 did not start" >&2; exit 1; }
    sleep 0.2
  done
  echo "curfew: ready at $1"
}

export ASPNETCORE_ENVIRONMENT=Development
api() {
  local name=$1 port=$2
  shift 2
  start "$name" env Curfew__DataDirectory="$DATA" "$@" \
    dotnet src/Api/bin/Release/net10.0/Curfew.Api.dll --contentRoot "$PWD/src/Api" --urls "http://127.0.0.1:$port"
}

if [ "$shape" = embedded ]; then
  api api-1 "$PORT"
  ready "http://127.0.0.1:$PORT" "${pids[-1]}"
else
  . deploy/local/cluster.sh
fi

# Until a signal ends it, or all of its processes have ended. One that dies is not restarted, and the others go on.
wait "${pids[@]}"
