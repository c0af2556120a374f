#!/usr/bin/env bash
# From a slash command to its answer: hearback beside minimal apps on Slack's own frameworks (benches/slack/peers), all
# under the same load by the same fake Slack over Socket Mode, in alternating rounds of one run. Needs bash, Linux (/proc)
# and the Rust toolchain; Node.js with npm and Python 3 for the other apps, which are fetched into a temporary folder.
#
#   scripts/compare-slack.sh           three rounds, about ten minutes without the build
#   HEARBACK_COMPARE_ROUNDS=1          fewer rounds
#   HEARBACK_COMPARE_SECONDS=5         how long each load lasts: 1, 8 and 64 people at once
#   HEARBACK_COMPARE_PEERS=folder      keeps the other frameworks there
set -euo pipefail
export LC_ALL=C CARGO_TERM_COLOR=never
cd "$(dirname "$0")/.."

bolt_js=@slack/bolt@5.1.0
bolt_py=(slack_bolt==1.30.0 slack_sdk==3.47.0)
rounds=${HEARBACK_COMPARE_ROUNDS:-3}
seconds=${HEARBACK_COMPARE_SECONDS:-5}
waiting=2000

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
driver=$(cargo bench --locked --bench slack --no-run 2>&1 | sed -n 's/.*Executable.*(\(.*\))/\1/p')

mkdir -p "$PEERS"
js=no py=no
if command -v npm >/dev/null && command -v node >/dev/null; then
    [ -d "$PEERS/node_modules/@slack/bolt" ] ||
        npm install --prefix "$PEERS" --no-package-lock --no-save --silent "$bolt_js" >"$work/npm" 2>&1 || cat "$work/npm"
    if [ -d "$PEERS/node_modules/@slack/bolt" ]; then js=yes; fi
fi
[ $js = yes ] || echo "Bolt for JavaScript is left out: it needs Node.js and npm"
if command -v python3 >/dev/null; then
    [ -x "$PEERS/python/bin/python" ] ||
        { python3 -m venv "$PEERS/python" && "$PEERS/python/bin/pip" install --quiet "${bolt_py[@]}"; } >"$work/pip" 2>&1 ||
        cat "$work/pip"
    if "$PEERS/python/bin/python" -c 'import slack_bolt' 2>/dev/null; then py=yes; fi
fi
[ $py = yes ] || echo "Bolt for Python is left out: it needs Python 3 with venv and pip"

# A desk whose Slack is the fake one.
configure() {
    local folder=$1
    mkdir -p "$folder"
    cat >"$folder/bot.toml" <<TOML
[desk]
channel = "slack:C1"
[[brand]]
name = "acme"
terms = ["acme"]
[[source]]
name = "shop"
type = "webhook"
secret = { env = "SHOP_SECRET" }
[roles]
others = "responder"
[slack]
bot_token = { env = "SLACK_BOT_TOKEN" }
app_token = { env = "SLACK_APP_TOKEN" }
api = "$SLACK_API"
[web]
listen = "127.0.0.1:${HEARBACK_MEASURE_PORT:-18788}"
[store]
folder = "data"
min_free = "1MiB"
TOML
}
SHOP_SECRET="whsec_$(printf 'compare-compare-compare-' | base64)"
export SHOP_SECRET
mkfifo "$work/silence"
exec 5<>"$work/silence" # nobody types, and the input does not end

# measure NAME TEXT COMMAND...: the load on the app that the command starts; FOLDER in it is a folder of its own.
measure() {
    local name=$1 text=$2 folder status=0
    shift 2
    folder=$work/run
    rm -rf "$folder"
    mkdir -p "$folder"
    if [ -n "${FILLED:-}" ]; then cp -r "$FILLED" "$folder/data"; fi
    # The words come apart on purpose: a command's text may have several.
    "$driver" serve "$folder" "$name" "$seconds" /hearback "$text" --bench &
    bench=$!
    until [ -e "$folder/slack.env" ]; do sleep 0.05; done
    # shellcheck source=/dev/null
    . "$folder/slack.env"
    configure "$folder"
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
    cat "$folder/results.tsv" >>"$work/results.tsv"
}

"$driver" fill "$work/filled" "$waiting" --bench
ours() { measure "hearback" version "$binary" --config FOLDER/bot.toml run; }
peers() {
    if [ $js = yes ]; then
        ANSWER=respond measure "Bolt JS, ack then respond" version node benches/slack/peers/app.mjs
        ANSWER=ack measure "Bolt JS, ack with the text" version node benches/slack/peers/app.mjs
    fi
    if [ $py = yes ]; then
        ANSWER=respond measure "Bolt Python, ack then respond" version "$PEERS/python/bin/python" benches/slack/peers/app.py
        ANSWER=ack measure "Bolt Python, ack with the text" version "$PEERS/python/bin/python" benches/slack/peers/app.py
    fi
}
rush() {
    FILLED=$work/filled measure "hearback, $waiting cards waiting" version "$binary" --config FOLDER/bot.toml run
    FILLED=$work/filled measure "hearback, $waiting cards waiting, claim and release" "claim {me}|release {me}" \
        "$binary" --config FOLDER/bot.toml run
}
for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds"
    # Whoever comes first in one round comes last in the next.
    if ((round % 2)); then order="ours peers rush"; else order="rush peers ours"; fi
    for part in $order; do $part; done
done

"$driver" report "$work/results.tsv" --bench
echo
echo "load:    $(cut -d' ' -f1-3 /proc/loadavg) after"
