# A cluster on one machine, sourced by run.sh (which has start, ready and api): Redis, two silos, two API nodes.
# A process that dies is not restarted. Started again on the same $DATA, it goes on with what is there.

redis_port=$((PORT + 9))
new_store=
[ -d "$DATA/redis/appendonlydir" ] || new_store=yes
mkdir -p "$DATA/redis"
# Every write is on disk before it is answered; nothing is ever evicted. Loopback only, so no password.
start redis redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$DATA/redis" --save '' \
  --appendonly yes --appendfsync always --maxmemory-policy noeviction --loglevel warning

cluster=(
  Curfew__Hosting=cluster
  Curfew__Cluster__Redis="127.0.0.1:$redis_port"
  Curfew__Cluster__Address=127.0.0.1
)

# An empty Redis is never taken for this cluster's store by itself: it may have lost its memory. This one is new.
if [ -n "$new_store" ]; then
  until redis-cli -h 127.0.0.1 -p "$redis_port" ping >/dev/null 2>&1; do sleep 0.1; done
  env "${cluster[@]}" dotnet src/Api/bin/Release/net10.0/Curfew.Api.dll initialize
fi

# silo N: the N-th silo; more than two can be started beside these.
silo() {
  local n=$1
  start "silo-$n" env Curfew__DataDirectory="$DATA" "${cluster[@]}" \
    Curfew__Cluster__SiloPort=$((PORT + 2 + 2 * n)) Curfew__Cluster__GatewayPort=$((PORT + 3 + 2 * n)) \
    dotnet src/Silo/bin/Release/net10.0/Curfew.Silo.dll --contentRoot "$PWD/src/Silo" --urls "http://127.0.0.1:$((PORT + 1 + n))"
}

silo 1
silo_1=${pids[-1]}
silo 2
silo_2=${pids[-1]}
api api-1 "$PORT" "${cluster[@]}"
api_1=${pids[-1]}
api api-2 $((PORT + 1)) "${cluster[@]}"
api_2=${pids[-1]}

ready "http://127.0.0.1:$((PORT + 2))" "$silo_1"
ready "http://127.0.0.1:$((PORT + 3))" "$silo_2"
ready "http://127.0.0.1:$PORT" "$api_1"
ready "http://127.0.0.1:$((PORT + 1))" "$api_2"
