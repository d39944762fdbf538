#!/usr/bin/env bash
# The whole pretraining in small, on the committed sample: shards from documents, a parcel, training in the background
# as on a GPU machine, export compared with transformers, curves, ablations. CPU only, under two minutes, no network.
# The static tier needs the teacher's vectors and runs only where WORK=<folder> has them.
set -euo pipefail
recipe="$(cd "$(dirname "$0")/.." && pwd)"
cd "$recipe"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
small=(--tiny --threads 1)
step() { echo "== $* (${SECONDS} s)"; }

step shards from the sample
mkdir -p "$folder/tiny"
cp -r pretraining/sample/documents pretraining/sample/tokenizer pretraining/sample/pretraining.fetched.json "$folder/tiny/"
python3 -m pretraining.build_shards --work "$folder" "${small[@]}" --shardTokens 20000
for shard in "$folder"/tiny/shards/*.shard; do python3 -c '
import sys; from pathlib import Path; from pretraining.shard_format import read_shard
shard = read_shard(Path(sys.argv[1])); print(Path(sys.argv[1]).name, shard.header["tokens"], "tokens")' "$shard"; done

step parcels of at most 0.1 MB
python3 -m pretraining.pack_parcels --work "$folder" --tiny --megabytes 0.1
test -e "$folder/tiny/parcels/1" || { echo "one parcel only" >&2; exit 1; }

step training in the background, one parcel after the other
export STATE="$folder/machine" TINY=1 FIRST_LOOK=6
bash pretraining/gpu_step.sh start "$folder/tiny/parcels/0" "$folder/out1" --steps 150 --batchTokens 1024 --learningRate 0.01 --ramp 1 --compact 1
bash pretraining/gpu_step.sh add "$folder/tiny/parcels/1" "$folder/out2"
bash pretraining/gpu_step.sh wait 60 "$folder/out3"
test -s "$folder/out3/model.safetensors" || { cat "$folder/out3/log.txt" >&2; exit 1; }

step curves
python3 -m pretraining.plot_curves --work "$folder/machine" --tiny --picture "$folder/curves.png" && test -s "$folder/curves.png"

step ablations
python3 -m pretraining.ablations --work "$folder" "${small[@]}" --steps 8 --batchTokens 1024 --variants shared,groups3,unshared,e64,e384,withoutOrder 2>&1 | tail -n 12

if [ -n "${WORK:-}" ] && [ -e "$WORK/teacher/labelled.npy" ]; then
  step static tier
  mkdir -p "$folder/static/tiny"
  for part in corpus teacher tokenizer; do ln -s "$WORK/$part" "$folder/static/tiny/$part"; done
  python3 -m pretraining.static_table --work "$folder/static" "${small[@]}" --shards labelled --steps 20 2>&1 | tail -n 1
else
  echo "static tier: left out, no vectors of the teacher in \$WORK/teacher"
fi
step done
