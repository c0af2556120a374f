#!/usr/bin/env bash
# Every figure of docs/performance.md, in one go: start-up, idle memory and CPU, binary size, cold build, the matcher and
# the store beside SQLite. Needs bash 5, Linux (/proc) and the Rust toolchain; the comparison also needs a C compiler.
#
#   scripts/measure.sh           everything; about 20 minutes, most of it building
#   scripts/measure.sh startup   only start-up, memory, CPU and size
#   scripts/measure.sh cold      only the cold build (a target folder of its own, removed afterwards); with a commit behind
#                                it, the cold build of that commit
#   scripts/measure.sh matcher   only the matcher and the classifier
#   scripts/measure.sh store     only the store; HEARBACK_BENCH_BIG=1 adds a million mentions
set -euo pipefail
export LC_ALL=C CARGO_TERM_COLOR=never
cd "$(dirname "$0")/.."

port=${HEARBACK_MEASURE_PORT:-18787}
runs=${HEARBACK_MEASURE_RUNS:-7}
pid=
work=$(mktemp -d)
cleanup() {
    if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap cleanup EXIT

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
now_us() { echo "${EPOCHREALTIME/./}"; }

machine() {
    echo "date:    $(date -u +%F)"
    echo "machine: $(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), Linux $(uname -r)"
    echo "load:    $(cut -d' ' -f1-3 /proc/loadavg) before"
    echo "rustc:   $(rustc --version)"
}

# A desk with one webhook source and so many terms.
configure() {
    local terms=$1 folder=$2
    mkdir -p "$folder"
    {
        echo '[[brand]]'
        echo 'name = "acme"'
        echo -n 'terms = ["acme"'
        for ((i = 1; i < terms; i++)); do printf ', "brand%dix"' "$i"; done
        echo ']'
        printf '[[source]]\nname = "shop"\ntype = "webhook"\nsecret = { env = "SHOP_SECRET" }\n'
        printf '[web]\nlisten = "127.0.0.1:%d"\n' "$port"
        printf '[store]\nfolder = "data"\nmin_free = "1MiB"\n'
    } >"$folder/bot.toml"
}

ready() {
    local answer=
    { exec 4<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
    printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&4
    read -r answer <&4 || true
    exec 4>&-
    [[ $answer == *" 200 "* ]]
}

# Starts hearback in a folder and leaves how many milliseconds it took until it said that it is ready in $took.
start() {
    local folder=$1 began
    began=$(now_us)
    "$binary" --config "$folder/bot.toml" --log-level warn run <"$work/silence" >"$work/out" 2>&1 &
    pid=$!
    until ready; do
        if ! kill -0 "$pid" 2>/dev/null || (($(now_us) - began > 30000000)); then
            echo "hearback did not become ready:" >&2
            cat "$work/out" >&2
            exit 1
        fi
        sleep 0.001
    done
    took=$((($(now_us) - began) / 100))
}

stop() {
    kill -TERM "$pid"
    wait "$pid" || true
    pid=
}

# What a running process has used: clock ticks, and how often it was woken up.
ticks() { sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'; }
wakes() { cat "/proc/$pid"/task/*/status | awk '/^voluntary_ctxt_switches/ { n += $2 } END { print n }'; }

startup() {
    echo
    echo "## Start-up and idling (hearback run, one webhook source, an empty store)"
    cargo build --release --locked --quiet
    binary=${CARGO_TARGET_DIR:-target}/release/hearback
    export SHOP_SECRET="whsec_$(printf 'measure-measure-measure-' | base64)"
    mkfifo "$work/silence"
    exec 5<>"$work/silence" # nobody types, and the input does not end
    for terms in 1 10000; do
        configure "$terms" "$work/desk$terms"
        times=()
        for ((run = 0; run <= runs; run++)); do
            start "$work/desk$terms"
            if ((run > 0)); then times+=("$took"); fi # the first one makes the store
            if ((run < runs)); then stop; fi
        done
        half=$(printf '%s\n' "${times[@]}" | median)
        sleep 2
        rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
        peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")
        ticks_before=$(ticks) wakes_before=$(wakes)
        sleep 10
        used=$(($(ticks) - ticks_before)) woken=$(($(wakes) - wakes_before))
        stop
        awk -v t="$half" -v n="$terms" -v r="$rss" -v p="$peak" -v u="$used" -v w="$woken" -v hz="$(getconf CLK_TCK)" 'BEGIN {
            printf "%d terms: ready after %.1f ms, %.1f MiB resident (peak %.1f), ", n, t / 10, r / 1024, p / 1024
            printf "%.2f %% of a core idle, %.1f wake-ups/s over 10 s\n", u / hz * 10, w / 10
        }'
    done
    echo "binary: $(stat -c %s "$binary" | awk '{ printf "%.1f MiB", $1 / 1048576 }')"
}

cold() {
    echo
    echo "## Cold build (cargo build --release, sources already downloaded)${1:+ of $1}"
    local tree=. TIMEFORMAT='cold build: %R s by the wall, %U + %S s of processor time (user + system)'
    if [ -n "${1:-}" ]; then
        tree=$work/tree
        mkdir -p "$tree"
        git archive "$1" | tar -x -C "$tree"
    fi
    (cd "$tree" && cargo fetch --locked --quiet)
    time (cd "$tree" && CARGO_TARGET_DIR="$work/target" cargo build --release --locked --quiet)
    stat -c %s "$work/target/release/hearback" | awk '{ printf "binary: %.1f MiB\n", $1 / 1048576 }'
    rm -rf "$work/target" "$work/tree"
}

matcher() {
    echo
    echo "## Matcher (cargo bench --bench matcher)"
    cargo bench --locked --quiet --bench matcher
    echo
    echo "## The model of kinds (cargo bench --bench classifier)"
    cargo bench --locked --quiet --bench classifier
}

store() {
    echo
    echo "## Store (cargo bench --bench store --features compare)"
    cargo bench --locked --quiet --features compare --bench store
}

machine
case ${1:-all} in
    all)
        startup
        matcher
        store
        cold
        ;;
    startup | cold | matcher | store) "$@" ;;
    *)
        echo "say one of: all, startup, cold, matcher, store" >&2
        exit 64
        ;;
esac
echo
echo "load:    $(cut -d' ' -f1-3 /proc/loadavg) after"
