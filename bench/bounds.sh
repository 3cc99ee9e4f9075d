#!/usr/bin/env bash
# What live revocations take: bench/bounds.sh [users] [embedded|cluster|sessions ...]. Default: a million users with one fact each,
# embedded and in a cluster; sessions: as many sessions, a thousand a user, embedded. Real processes and real files, under a temporary
# directory on the disk of ${TMPDIR:-/tmp}. CPU is of the service alone, user and system. The figures stand in docs/embedded.md and docs/cluster.md.
set -euo pipefail
cd "$(dirname "$0")/.."

users=${1:-1000000}
shift $(($# > 0 ? 1 : 0))
[ $# -gt 0 ] || set -- embedded cluster
cap=10000
logouts=200

for project in src/Api src/Silo; do dotnet build $project -c Release -v quiet --nologo -clp:ErrorsOnly >/dev/null; done
api=src/Api/bin/Release/net10.0/Curfew.Api.dll
silo=src/Silo/bin/Release/net10.0/Curfew.Silo.dll
work=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap 'stop; rm -rf "$work"' EXIT

# A port that nobody listens on, and the next nine.
port() {
  local at
  while at=$((20000 + RANDOM)); do
    for n in 0 1 2 3 4 5 6 7 8 9; do ! (exec 3<>"/dev/tcp/127.0.0.1/$((at + n))") 2>/dev/null || continue 2; done
    echo $at
    return
  done
}

now() { date +%s.%N; }
since() { awk "BEGIN { printf \"%.1f\", $(now) - $1 }"; }
cpu() { awk '{ printf "%.2f", ($14 + $15) / 100 }' "/proc/$1/stat"; }
resident() { awk '/VmRSS/ { printf "%d MB", $2 / 1024 }' "/proc/$1/status"; }
ready() { until curl -fs -o /dev/null "$1/health/ready"; do kill -0 "$2"; sleep 0.1; done; }

# An export: a revoked token a user, and one user who is just below the cap.
facts() {
  awk -v users="$users" -v cap=$((cap - logouts)) -v now="$(date +%s)" '
    function fact(n) { return sprintf("{\"kind\":1,\"id\":\"jti:%032x\",\"expires\":%d,\"at\":%d,\"by\":\"user-%d\",\"by_iss\":\"curfew-dev\"}", n, now + 87000, now, n) }
    function line(user, facts) { return "{\"grain\":\"curfew.user/curfew-dev|" user "\",\"state\":{\"v\":1,\"facts\":[" facts "]}}" }
    BEGIN {
      for (n = 1; n <= users; n++) print line("user-" n, fact(n))
      for (n = 1; n <= cap; n++) all = all (n > 1 ? "," : "") fact(n)
      print line("capped", all)
      all = ""
      for (n = 1; n <= 900; n++) all = all (n > 1 ? "," : "") fact(n)
      print line("thousand", all)
    }' >"$work/facts.jsonl"
}

# Begun again, it goes on where it was.
import() {
  local try
  for try in 1 2 3 4 5; do
    dotnet $api import "$work/facts.jsonl" >"$work/import.log" 2>&1 && return
    echo "  import, attempt $try: $(grep '^curfew:' "$work/import.log" | tail -1)"
  done
  return 1
}

# Logouts one after the other, of one user, with tokens made before: the middle one's time, and the service's CPU for each.
logout() {
  local n before
  for ((n = 0; n < logouts; n++)); do
    curl -fs "$1/dev/token" -H 'Content-Type: application/json' -d "{\"sub\":\"$2\"}" |
      sed "s,.*\"access_token\":\"\([^\"]*\)\".*,url=$1/logout\nheader=\"Authorization: Bearer \1\"\nrequest=POST\noutput=/dev/null\nwrite-out=\"%{time_total}\\\\n\"\nfail\nnext\n,"
  done | sed '$d' >"$work/logouts"
  before=$(cpu "$3")
  curl -sS -K "$work/logouts" | sort -n | awk '{ t[NR] = $1 } END { printf "%.1f ms", 1000 * t[int((NR + 1) / 2)] }'
  awk "BEGIN { printf \", %.1f ms of CPU\", 1000 * ($(cpu "$3") - $before) / $logouts }"
}

logouts() {
  local user
  logout "$1" warm-up "$2" >/dev/null
  for user in nobody-yet:0 thousand:900 capped:$((cap - logouts)); do
    echo "  a logout, median of $logouts, of a user with ${user#*:} facts and more: $(logout "$1" "${user%:*}" "$2")"
  done
}

# Imports the facts into a directory of that name and starts over it: url and pid are those of the service.
serve() {
  local begun
  export Curfew__DataDirectory=$work/$1 ASPNETCORE_ENVIRONMENT=Development
  begun=$(now)
  import
  echo "  imported in $(since "$begun") s; files: $(du -cm "$work/$1"/*.db* | awk 'END { print $1 }') MB"
  url=http://127.0.0.1:$(port)
  begun=$(now)
  dotnet $api --contentRoot "$PWD/src/Api" --urls "$url" >"$work/api.log" &
  pid=$!
  pids+=($pid)
  ready "$url" $pid
  echo "  ready in $(since "$begun") s, $(cpu $pid) s of CPU; resident: $(resident $pid)"
  grep -q 'still being read' "$work/api.log" || return 0
  until grep -q 'are in memory' "$work/api.log"; do kill -0 $pid; sleep 0.1; done
  echo "  all in memory after $(since "$begun") s, $(cpu $pid) s of CPU; resident: $(resident $pid)"
}

embedded() {
  local url pid
  echo "embedded: $users users with a fact each, and one at the cap"
  serve data
  logouts "$url" "$pid"
  stop
}

# As many sessions as users were asked for.
sessions() {
  awk -v users=$((users / 1000)) -v now="$(date +%s)" 'BEGIN {
    for (u = 1; u <= users; u++) {
      printf "{\"grain\":\"curfew.user/curfew-dev|user-%d\",\"state\":{\"v\":1,\"facts\":[", u
      for (n = 1; n <= 1000; n++)
        printf "%s{\"kind\":2,\"id\":\"%032x\",\"expires\":%d,\"at\":%d,\"by\":\"user-%d\",\"by_iss\":\"curfew-dev\"}", (n > 1 ? "," : ""), u * 1000 + n, now + 2680000, now, u
      print "]}}"
    }
  }' >"$work/facts.jsonl"
  local url pid
  echo "sessions: $((users / 1000)) users with 1000 each"
  serve sessions
  stop
  facts
}

cluster() {
  local begun base first second url
  base=$(port)
  url=http://127.0.0.1:$((base + 2))
  export Curfew__Hosting=cluster Curfew__Cluster__Redis=127.0.0.1:$base Curfew__Cluster__Address=127.0.0.1
  export Curfew__Cluster__SiloPort=$((base + 3)) Curfew__Cluster__GatewayPort=$((base + 4))
  export Curfew__DataDirectory=$work/cluster ASPNETCORE_ENVIRONMENT=Development
  mkdir -p "$work/redis" "$work/cluster"
  echo "cluster: the same, one silo and one API node"
  redis-server --bind 127.0.0.1 --port "$base" --dir "$work/redis" --save '' --appendonly yes --appendfsync always \
    --maxmemory-policy noeviction --loglevel warning &
  pids+=($!)
  until redis-cli -p "$base" ping >/dev/null 2>&1; do sleep 0.1; done
  dotnet $api initialize
  dotnet $silo --contentRoot "$PWD/src/Silo" --urls "http://127.0.0.1:$((base + 1))" >"$work/silo.log" &
  pids+=($!)
  second=$!
  ready "http://127.0.0.1:$((base + 1))" $second
  first=$(redis-cli -p "$base" info memory | awk -F: '/^used_memory:/ { print int($2) }')
  begun=$(now)
  import
  echo "  imported in $(since "$begun") s; the silo's resident memory: $(resident $second)"
  redis-cli -p "$base" info memory | awk -F: -v before="$first" -v users="$users" \
    '/^used_memory:/ { printf "  Redis used_memory: %d MB, %d bytes a user (a state and a reminder)\n", $2 / 1048576, ($2 - before) / users }'
  dotnet $api --contentRoot "$PWD/src/Api" --urls "$url" >"$work/api.log" &
  pids+=($!)
  begun=$(now)
  ready "$url" $!
  echo "  an API node is ready in $(since "$begun") s; resident: $(resident $!)"
  logouts "$url" $second

  # What a silo needs that didn't wake every user's grain: the one before did, by the import.
  kill $second
  wait $second || true
  begun=$(now)
  dotnet $silo --contentRoot "$PWD/src/Silo" --urls "http://127.0.0.1:$((base + 1))" >"$work/silo.log" &
  pids+=($!)
  second=$!
  ready "http://127.0.0.1:$((base + 1))" $second
  echo "  a silo is ready over them in $(since "$begun") s, $(cpu $second) s of CPU; resident: $(resident $second)"
  sleep 400
  echo "  and after 400 s, in which Orleans read its reminders: $(cpu $second) s of CPU; resident: $(resident $second)"
  stop
}

facts
for shape in "$@"; do $shape; done
