#!/usr/bin/env bash
# Learning from the teachers on a GPU machine, which has nothing but this checkout, python3 with torch, numpy, tokenizers and
# safetensors, and the folder of a parcel (pack.py). State lies in $STATE, a folder outside the checkout, and outlasts a call.
#   learn.sh take PARCEL OUT               takes a parcel in; the teacher reads its text, and a training that runs uses it
#   learn.sh start OUT DISTIL TASKS [WEIGHTS]   minutes of each step, in the background; WEIGHTS (released.pt) to start from
#   learn.sh wait SECONDS OUT              waits for the end or so long, and copies what is worth keeping
# What comes back are at most eight files of under 16 MB: the newest checkpoint's pieces or, at the end, the weights in pieces
# `tasks.pt.<n>-of-<count>` (parcels/unpack.py joins them), the curves and the log.
set -euo pipefail

main() {
  cd "$(dirname "$0")/.."
  state="${STATE:-/tmp/learning-state}"
  device="${DEVICE:-cuda}"
  # TINY=1 is the dry run: the recipe's --tiny keeps its files one folder down.
  tiny=(${TINY:+--tiny --threads 1})
  work="$state${TINY:+/tiny}"
  mkdir -p "$work"
  local verb="$1"
  shift
  case "$verb" in
    take) python3 -m parcels.unpack "$1" "$work"; read_by_teacher; collect "$2" ;;
    start) start "$@" ;;
    wait) watch_for "$1"; collect "$2" ;;
    *) echo "unknown verb $verb: use take, start or wait" >&2; exit 2 ;;
  esac
}

# Once the teacher is whole, it reads what it has not read yet.
read_by_teacher() {
  [ -e "$work/sentenceTeacher/model.safetensors" ] || return 0
  local shards
  shards=$(cd "$work" && ls corpus/*.jsonl.gz soft.jsonl.gz 2>/dev/null | sed 's|.*/||; s|\.jsonl\.gz$||' | paste -sd,)
  python3 cache_teacher.py --work "$state" "${tiny[@]}" --device "$device" --teacher "$work/sentenceTeacher" --shards "$shards"
}

start() {
  local out="$1" distil="$2" tasks="$3" weights="${4:-released.pt}"
  python3 -c 'import torch; print(torch.__version__, torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU")'
  rm -f "$work/ended"
  local common=(--work "$state" "${tiny[@]}" --device "$device" --maxTokens 128 --shards "docs,labelled,queries,general,made,code-*")
  # A session of its own outlives this call; a later call only looks at what it left.
  WORK="$work" OUTPUT="$work/log.txt" setsid bash -c '
    distil="$1" tasks="$2" weights="$3" batch="$4"; shift 4
    status=0
    python3 -u distil.py "$@" --minutes "$distil" --batchTokens "$batch" --learningRate 1.2e-3 --initial "$weights" &&
      python3 -u train_tasks.py "$@" --minutes "$tasks" --batchTokens "$batch" --initial "$weights,distilled.pt" --kinds labels=0.12,soft=0.4,distil=0.48 || status=$?
    echo "$status" > "$WORK/ended"
  ' bash "$distil" "$tasks" "$weights" "${BATCH_TOKENS:-32768}" "${common[@]}" >"$work/log.txt" 2>&1 </dev/null &
  watch_for "${FIRST_LOOK:-45}"
  collect "$out"
}

watch_for() {
  local end=$((SECONDS + $1))
  while [ "$SECONDS" -lt "$end" ] && [ ! -e "$work/ended" ]; do sleep 1; done
}

collect() {
  local out="$1" student="$work/student" step newest=""
  mkdir -p "$out"
  tail -c 200000 "$work/log.txt" >"$out/log.txt" 2>/dev/null || true
  cp "$student/distil.jsonl" "$student/tasks.jsonl" "$out/" 2>/dev/null || true
  if [ -e "$work/ended" ] && [ -e "$student/tasks.pt" ]; then
    split_up "$student/tasks.pt" "$out"
  else
    for step in distil tasks; do [ ! -e "$student/$step/done.json" ] || newest="$step"; done
    [ -z "$newest" ] || copy_checkpoint "$student/$newest" "$out/$newest"
  fi
  tail -n 3 "$out/log.txt"
  if [ -e "$work/ended" ]; then echo "ended with status $(cat "$work/ended")"; else echo "not ended"; fi
}

split_up() {
  python3 - "$1" "$2" <<'PYTHON'
import sys
from pathlib import Path
file, out, size = Path(sys.argv[1]), Path(sys.argv[2]), 15_000_000
content = file.read_bytes()
count = -(-len(content) // size)
for index in range(count):
    (out / f"{file.name}.{index}-of-{count}").write_bytes(content[index * size : (index + 1) * size])
PYTHON
}

copy_checkpoint() {
  local piece
  mkdir -p "$2"
  for piece in $(python3 -c 'import json, sys; print(*json.load(open(sys.argv[1])))' "$1/done.json"); do
    cp "$1/$piece" "$2/" || { rm -rf "$2"; echo "a new checkpoint is being written"; return 0; }
  done
  cp "$1/done.json" "$2/"
}

main "$@"
