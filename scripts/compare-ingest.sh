#!/usr/bin/env bash
# Ingest of a stream, hearback beside Node (JSON.parse and one RegExp) and Python (json or orjson, pyahocorasick or re), in one
# run on the same messages, by the processor time of each: scripts/compare-ingest.sh. Peers that are missing are left out. Nothing is downloaded.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

cargo build --quiet --release --bench ingest
bench() { cargo bench --quiet --bench ingest "$@"; }
bench -- write "$folder"

cat >"$folder/peer.mjs" <<'EOF'
// The obvious way in Node: parse each message, and test the texts of posts with one expression.
import { readFileSync } from "node:fs";
const [folder, count] = process.argv.slice(2);
const lines = readFileSync(`${folder}/messages.jsonl`, "utf8").split("\n");
const escaped = (term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const terms = readFileSync(`${folder}/terms-${count}.txt`, "utf8").split("\n").map(escaped);
const wanted = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${terms.join("|")})(?![\\p{L}\\p{N}_])`, "iu");
const texts = (record) => {
  const embed = record.embed ?? {};
  const external = embed.external ?? {};
  const alts = (embed.images ?? []).map((image) => image.alt);
  return [record.text, external.title, external.description, external.uri, ...alts, ...(record.tags ?? [])];
};
const round = () => {
  let found = 0;
  for (const line of lines) {
    const { commit } = JSON.parse(line);
    if (commit?.operation !== "create" || commit.collection !== "app.bsky.feed.post") continue;
    if (texts(commit.record).some((text) => text && wanted.test(text))) found += 1;
  }
  return found;
};
const rates = [];
let found = round();
for (let i = 0; i < 5; i += 1) {
  const start = process.cpuUsage();
  found = round();
  const { user, system } = process.cpuUsage(start);
  rates.push(lines.length / ((user + system) / 1e6));
}
rates.sort((a, b) => a - b);
console.log(`Node ${process.version}, JSON.parse and RegExp, ${count} terms: ${Math.round(rates[2])} messages/s (${found} matter)`);
EOF

cat >"$folder/peer.py" <<'EOF'
# The tuned way in Python: the fastest parser and automaton that are installed.
import re, sys, time
folder, count = sys.argv[1], sys.argv[2]
lines = open(f"{folder}/messages.jsonl", "rb").read().split(b"\n")
terms = [t.lower() for t in open(f"{folder}/terms-{count}.txt", encoding="utf-8").read().split("\n")]
try:
    import orjson
    loads, parser = orjson.loads, "orjson"
except ImportError:
    import json
    loads, parser = json.loads, "json"
try:
    import ahocorasick
    automaton = ahocorasick.Automaton()
    for term in terms:
        automaton.add_word(term, len(term))
    automaton.make_automaton()
    engine = "pyahocorasick"
    def wanted(text):
        text = text.lower()
        for end, length in automaton.iter(text):
            before, after = text[end - length:end - length + 1], text[end + 1:end + 2]
            if not (end >= length and before.isalnum()) and not after.isalnum():
                return True
        return False
except ImportError:
    engine = "re"
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, terms)) + r")(?!\w)", re.I)
    wanted = pattern.search
def texts(record):
    embed = record.get("embed") or {}
    external = embed.get("external") or {}
    yield from (record.get("text"), external.get("title"), external.get("description"), external.get("uri"))
    yield from (image.get("alt") for image in embed.get("images") or [])
    yield from record.get("tags") or []
def round_():
    found = 0
    for line in lines:
        commit = loads(line).get("commit")
        if not commit or commit["operation"] != "create" or commit["collection"] != "app.bsky.feed.post":
            continue
        if any(text and wanted(text) for text in texts(commit["record"])):
            found += 1
    return found
# What takes minutes is measured on fewer messages.
if engine == "re" and int(count) > 1000:
    lines = lines[:200]
found, rates = round_(), []
for _ in range(3):
    start = time.process_time()
    round_()
    rates.append(len(lines) / (time.process_time() - start))
version = sys.version.split()[0]
print(f"Python {version}, {parser} and {engine}, {count} terms: {sorted(rates)[1]:.0f} messages/s ({found} matter)")
EOF

echo "load: $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)"
bench
for count in 100 10000; do
  if command -v node >/dev/null; then
    # A RegExp of 10,000 terms takes minutes.
    if [ "$count" = 100 ]; then node "$folder/peer.mjs" "$folder" "$count"; fi
  else
    echo "Node is not here, left out"
  fi
  if command -v python3 >/dev/null; then python3 "$folder/peer.py" "$folder" "$count"; else echo "Python is not here, left out"; fi
done
echo "load: $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)"
