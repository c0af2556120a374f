#!/usr/bin/env bash
# From a slash command to its first answer: hearback beside minimal apps (benches/discord/peers) on discord.js over the
# gateway and on Discord's own library over HTTP, all under the same load by the same fake Discord, in alternating rounds of
# one run. Calls of the API go over TLS, as they do to Discord. Needs bash, Linux (/proc) and the Rust toolchain; Node.js
# with npm for the other apps, which are fetched into a temporary folder.
#
#   scripts/compare-discord.sh         three rounds, about six minutes without the build
#   HEARBACK_COMPARE_ROUNDS=1          fewer rounds
#   HEARBACK_COMPARE_SECONDS=5         how long each load lasts: 1, 8 and 64 people at once
#   HEARBACK_COMPARE_PEERS=folder      keeps the other libraries there
set -euo pipefail
export LC_ALL=C CARGO_TERM_COLOR=never
cd "$(dirname "$0")/.."

libraries=(discord.js@14.28.1 discord-interactions@4.4.0 undici@6)
rounds=${HEARBACK_COMPARE_ROUNDS:-3}
seconds=${HEARBACK_COMPARE_SECONDS:-5}
port=${HEARBACK_MEASURE_PORT:-18789}
# One card for each of the 64 people who claim.
mentions=64

work=$(mktemp -d)
export PEERS=${HEARBACK_COMPARE_PEERS:-$work/peers}
app=
bench=
cleanup() {
    for pid in $app $bench; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap cleanup EXIT

echo "date:    $(date -u +%F)"
echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), Linux $(uname -r)"
echo "load:    $(cut -d' ' -f1-3 /proc/loadavg) before"

cargo build --release --locked --quiet
binary=${CARGO_TARGET_DIR:-target}/release/hearback
driver=$(cargo bench --locked --bench discord --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))/\1/p')

mkdir -p "$PEERS"
js=no
if command -v npm >/dev/null && command -v node >/dev/null; then
    [ -d "$PEERS/node_modules/discord-interactions" ] ||
        npm install --prefix "$PEERS" --no-package-lock --no-save --silent "${libraries[@]}" >"$work/npm" 2>&1 || cat "$work/npm"
    if [ -d "$PEERS/node_modules/discord-interactions" ]; then js=yes; fi
fi
if [ $js = yes ]; then echo "peers:   Node.js $(node --version), ${libraries[*]}"; else
    echo "discord.js is left out: it needs Node.js and npm"
fi

# A desk whose Discord is the fake one. $2: gateway or http.
configure() {
    local folder=$1 transport=$2 key=
    if [ "$transport" = http ]; then key="public_key = \"$DISCORD_PUBLIC_KEY\""; fi
    cat >"$folder/bot.toml" <<TOML
[desk]
channel = "discord:$DISCORD_CHANNEL"
[[brand]]
name = "acme"
terms = ["acme"]
[[source]]
name = "shop"
type = "webhook"
secret = { env = "SHOP_SECRET" }
[roles]
others = "responder"
[discord]
token = { env = "DISCORD_TOKEN" }
guild = "$DISCORD_GUILD"
application = "$DISCORD_APP"
transport = "$transport"
commands_for = "everyone"
$key
api = "$DISCORD_API"
ca = { file = "$DISCORD_CA" }
[web]
listen = "127.0.0.1:$port"
[store]
folder = "data"
min_free = "1MiB"
TOML
}
SHOP_SECRET="whsec_$(printf 'compare-compare-compare-' | base64)"
export SHOP_SECRET
mkfifo "$work/silence"
exec 5<>"$work/silence" # nobody types, and the input does not end

# measure TRANSPORT NAME TEXT COMMAND...: the load on the app that the command starts; FOLDER in it is a folder of its own.
measure() {
    local transport=$1 name=$2 text=$3 folder status=0 knock=0
    shift 3
    if [ "$transport" = http ]; then knock=$port; fi
    folder=$work/run
    rm -rf "$folder"
    mkdir -p "$folder"
    if [ -n "${FILLED:-}" ]; then cp -r "$FILLED" "$folder/data"; fi
    "$driver" serve "$folder" "$name" "$seconds" "$knock" "$text" --bench >"$folder/bench" &
    bench=$!
    until [ -e "$folder/discord.env" ]; do sleep 0.05; done
    # shellcheck source=/dev/null
    . "$folder/discord.env"
    configure "$folder" "$transport"
    "${@//FOLDER/$folder}" <"$work/silence" >"$folder/out" 2>&1 &
    app=$!
    echo "$app" >"$folder/app.pid"
    wait "$bench" || status=$?
    bench=
    kill -TERM "$app" 2>/dev/null || true
    wait "$app" 2>/dev/null || true
    app=
    if [ "$status" != 0 ]; then
        echo "$name: no figures; its last words:" >&2
        tail -5 "$folder/out" >&2
        return 0
    fi
    cat "$folder/results.tsv" >>"$work/$transport.tsv"
}

"$driver" fill "$work/filled" "$mentions" --bench
# The commands are registered first, as an installer does; then the same process becomes hearback.
# shellcheck disable=SC2016
start='"$0" --config "$1" register discord && exec "$0" --config "$1" run'
hearback() { measure "$1" "$2" "$3" sh -c "$start" "$binary" FOLDER/bot.toml; }
ours() { hearback "$1" hearback version; }
durable() { FILLED=$work/filled hearback "$1" "hearback, claim and release" "claim {me}|release {me}"; }
peers() {
    [ $js = yes ] || return 0
    if [ "$1" = http ]; then
        PORT=$port measure http "discord-interactions on Node.js" version node benches/discord/peers/app.mjs
    else
        measure gateway "discord.js" version node benches/discord/peers/app.mjs
    fi
}
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds"
    for transport in gateway http; do
        # Whoever comes first in one round comes last in the next.
        if ((round % 2)); then order="ours peers durable"; else order="durable peers ours"; fi
        for part in $order; do $part $transport; done
    done
done

for transport in gateway http; do
    printf '\n## Over %s\n' "$transport"
    "$driver" report "$work/$transport.tsv" --bench
done
echo
echo "load:    $(cut -d' ' -f1-3 /proc/loadavg) after"
