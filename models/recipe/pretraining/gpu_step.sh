#!/usr/bin/env bash
# What runs on the GPU machine, which has nothing but this checkout, python3 with torch, numpy, tokenizers and
# safetensors, and the folder of a parcel (pack_parcels.py). Each call may bring one more parcel and fetches results.
#   gpu_step.sh start PARCEL OUT [options of pretrain.py]   takes the parcel in, starts training in the background
#   gpu_step.sh add PARCEL OUT                              takes one more parcel in; training finds its shards by itself
#   gpu_step.sh wait SECONDS OUT                            waits for the end or so long, copies what is worth keeping
#   gpu_step.sh run PARCEL OUT [options of pretrain.py]     the same in one call, in the foreground
# State lies in $STATE (a folder outside the checkout); a machine that was lost goes on from a parcel's checkpoint.
set -euo pipefail

main() {
  recipe="$(cd "$(dirname "$0")/.." && pwd)"
  work="${STATE:-/tmp/pretraining-state}"
  # TINY=1 is the dry run: the recipe's --tiny keeps its files one folder down.
  tiny=(${TINY:+--tiny --threads 1})
  state="$work${TINY:+/tiny}"
  verb="$1" first="$2" out="$3"
  shift 3
  mkdir -p "$state/shards" "$state/tokenizer" "$out"
  case "$verb" in
    start) take_in "$first"; begin "$@"; watch_for "${FIRST_LOOK:-45}"; collect ;;
    add) take_in "$first"; watch_for 5; collect ;;
    wait) watch_for "$first"; collect ;;
    run) take_in "$first"; begin "$@"; watch_for 590; collect ;;
    *) echo "unknown verb $verb: use start, add, wait or run" >&2; exit 2 ;;
  esac
}

# Shards appear under their names only when they are whole, because training looks at the folder all the time.
take_in() {
  local parcel="$1" file
  for file in "$parcel"/*.shard; do
    [ -e "$file" ] || continue
    cp "$file" "$state/shards/.incoming" && mv "$state/shards/.incoming" "$state/shards/$(basename "$file")"
  done
  [ ! -e "$parcel/tokenizer.json" ] || cp "$parcel/tokenizer.json" "$state/tokenizer/"
  [ ! -e "$parcel/initial.pt" ] || cp "$parcel/initial.pt" "$state/"
  if [ -d "$parcel/checkpoint" ] && [ ! -e "$state/pretraining/main/checkpoint/done.json" ]; then
    mkdir -p "$state/pretraining/main" && cp -r "$parcel/checkpoint" "$state/pretraining/main/"
  fi
  echo "shards here: $(find "$state/shards" -name '*.shard' | wc -l)"
}

begin() {
  local extra=()
  [ ! -e "$state/initial.pt" ] || extra=(--initial "$state/initial.pt")
  python3 -c 'import torch; print(torch.__version__, torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU")'
  rm -f "$state/ended"
  cd "$recipe"
  # A session of its own outlives this call; a later call only looks at what it left.
  PYTHONUNBUFFERED=1 setsid bash -c '
    state="$1" work="$2" tiny="$3"; shift 3
    status=0
    python3 -m pretraining.pretrain --work "$work" $tiny "$@" &&
      python3 -m pretraining.export --work "$work" $tiny --half 1 || status=$?
    echo "$status" > "$state/ended"
  ' bash "$state" "$work" "${tiny[*]}" "${extra[@]}" "$@" >"$state/log.txt" 2>&1 </dev/null &
}

watch_for() {
  local end=$((SECONDS + $1))
  while [ "$SECONDS" -lt "$end" ] && [ ! -e "$state/ended" ]; do sleep 1; done
}

# At most eight files of under 16 MB: four pieces of a checkpoint, its list, the curve, the log, and at the end the
# model. While training runs, the copy is of the last whole checkpoint; it fits with --compact 1 (8 bytes a parameter).
collect() {
  local from="$state/pretraining/main" piece
  tail -c 200000 "$state/log.txt" >"$out/log.txt" 2>/dev/null || true
  cp "$from/curve.jsonl" "$out/" 2>/dev/null || true
  if [ -e "$from/huggingFace/model.safetensors" ] && [ -e "$state/ended" ]; then
    cp "$from/huggingFace/model.safetensors" "$from/huggingFace/config.json" "$from/report.json" "$out/"
  elif [ -e "$from/checkpoint/done.json" ]; then
    mkdir -p "$out/checkpoint"
    for piece in $(python3 -c 'import json, sys; print(*json.load(open(sys.argv[1])))' "$from/checkpoint/done.json"); do
      cp "$from/checkpoint/$piece" "$out/checkpoint/" || { rm -rf "$out/checkpoint"; echo "a new checkpoint is being written"; return 0; }
    done
    cp "$from/checkpoint/done.json" "$out/checkpoint/"
  fi
  tail -n 3 "$state/log.txt" 2>/dev/null || true
  if [ -e "$state/ended" ]; then echo "ended with status $(cat "$state/ended")"; else echo "still training"; fi
}

main "$@"
