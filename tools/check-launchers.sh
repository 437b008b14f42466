#!/bin/bash
# Checks that two processes train the same as one, under each launcher of this machine: --processes, the variables of
# Kubeflow's Trainer, torchrun, srun and mpirun. Those that are not there are named and skipped.
#
#   tools/check-launchers.sh [FOLDER]
#
# FOLDER receives the runs and logs; default: a new one among the temporary files. Needs a few minutes, two cores, and
# bash and awk. A one-node Slurm is enough for srun (docs/cluster.md says how to start one); as root, mpirun is
# told that this is meant.
#
# Checked of each: the loss of each of 20 steps within 1e-5 of that of one process, and the features of the bundled
# photographs by the trained encoder within 1e-4. Of torchrun and srun also: SIGTERM saves a checkpoint, and the same
# command goes on to the losses and features of 200 uninterrupted steps of one process; of torchrun, the same after a
# restart that follows kill -9, and that its summary has our reason of a wrong option. The one process of the long runs
# computes each batch in two micro-batches, as two processes do: over so many steps the rounding of sums in another order
# grows beyond any limit.
#
# Exit code: 0 if all that was run agrees, 1 otherwise.
# shellcheck disable=SC2317  # Functions are called by name.
set -u

home=$(cd "$(dirname "$0")/.." && pwd)
bandpass=$home/bandpass
work=${1:-$(mktemp -d)}
mkdir -p "$work" && work=$(cd "$work" && pwd) || exit 1
cd "$home" || exit 1
failed=0
checked=()
skipped=()

# Float32 on one thread, and an encoder without batch norm, whose statistics would depend on the number of processes.
options=(--recipe quick-vit --data samples/photos --batch-size 8 --learning-rate 1e-3 --seed 3 --threads 1 --workers 1
    --precision fp32 --set train.log-every-steps=1 --set checkpoint.every-steps=20
    --set evaluate.knn-every-epochs=0 --set evaluate.samples-every-steps=0)
short=(pretrain "${options[@]}" --epochs 20)
long=(pretrain "${options[@]}" --epochs 200)

fail() {
    printf 'FAILED  %s\n' "$*"
    failed=1
}

# Steps and losses of a run, a line each.
losses() {
    sed -n 's/^{"step":\([0-9]*\),"epoch":[^,]*,"loss":\([^,}]*\).*/\1 \2/p' "$1/metrics.jsonl"
}

# NAME FILE FILE LIMIT: whether two files of numbers agree.
agree() {
    if ! paste -d ' ' "$2" "$3" | awk -v limit="$4" -v name="$1" '
        NF % 2 { odd = 1 }
        { for (i = 1; i <= NF / 2; i++) { d = $i - $(i + NF / 2); d = d < 0 ? -d : d; if (d > most) most = d; count++ } }
        END {
            bad = odd || !count || most > limit
            printf "%s  %s: %d numbers, largest difference %.1e%s\n", bad ? "FAILED" : "ok    ", name, count, most, odd ? ", of unequal length" : ""
            exit bad
        }'; then
        failed=1
    fi
}

# NAME RUN REFERENCE: whether a run is that of one process.
same() {
    if [ ! -e "$2/DONE" ]; then
        fail "$1: the run is not complete, see $2.log"
        return
    fi
    losses "$2" >"$2.losses"
    losses "$3" >"$3.losses"
    agree "$1, losses" "$2.losses" "$3.losses" 1e-5
    for run in "$2" "$3"; do
        [ -e "$run.csv" ] || "$bandpass" embed --run "$run" --data samples/photos --threads 1 --out "$run.csv" >>"$run.log" 2>&1
        cut -d , -f 2- "$run.csv" | tail -n +2 | tr ',' ' ' >"$run.features"
    done
    agree "$1, features" "$2.features" "$3.features" 1e-4
}

# RUN STEPS: waits until a run has made so many steps.
await() {
    for _ in $(seq 600); do
        [ -e "$1/metrics.jsonl" ] && [ "$(losses "$1" | wc -l)" -ge "$2" ] && return
        sleep 0.2
    done
    fail "$1 makes no steps, see $1.log"
}

# The processes that compute a run, youngest last.
workers() {
    pgrep -f "io.bandpass.cli.Main pretrain .*--out $1( |$)"
}

# NAME RUN COMMAND...: a short run of two processes.
check() {
    local name=$1 run=$2
    shift 2
    "$@" "${short[@]}" --out "$run" >"$run.log" 2>&1 || fail "$name: exit code $?, see $run.log"
    same "$name" "$run" "$work/one"
    checked+=("$name")
}

# NAME RUN STOP COMMAND...: a run that the function STOP ends with SIGTERM, then the same command again.
check_stop() {
    local name=$1 run=$2 stop=$3 launcher
    shift 3
    "$@" "${long[@]}" --out "$run" --auto-resume >"$run.log" 2>&1 &
    launcher=$!
    await "$run" 30
    "$stop" "$run"
    wait "$launcher"
    if [ -e "$run/DONE" ] || ! grep -q '"outcome" : "interrupted"' "$run/summary.json"; then
        fail "$name: SIGTERM has not stopped and saved the run, see $run.log"
    fi
    "$@" "${long[@]}" --out "$run" --auto-resume >>"$run.log" 2>&1 || fail "$name: exit code $?, see $run.log"
    same "$name, stopped by SIGTERM and resumed" "$run" "$work/one-long"
}

rm -rf "${work:?}"/{one,one-long,processes,pet,torchrun,torchrun-stop,torchrun-kill,srun,srun-stop,mpirun}{,.csv}
printf 'one process, in %s\n' "$work"
if ! "$bandpass" "${short[@]}" --out "$work/one" >"$work/one.log" 2>&1 ||
    ! "$bandpass" "${long[@]}" --set train.micro-batch-size=4 --out "$work/one-long" >"$work/one-long.log" 2>&1; then
    fail "one process does not train, see the logs in $work"
    exit 1
fi

with_processes() {
    "$bandpass" "$@" --processes 2
}
check "--processes" "$work/processes" with_processes

# Two "machines" of one process each.
with_pet() (
    export PET_NNODES=2 PET_NPROC_PER_NODE=1 PET_MASTER_ADDR=127.0.0.1 PET_MASTER_PORT=29517
    PET_NODE_RANK=1 "$bandpass" "$@" &
    code=0
    PET_NODE_RANK=0 "$bandpass" "$@" || code=$?
    wait $! && exit "$code"
)
check "Kubeflow's variables" "$work/pet" with_pet

with_torchrun() {
    torchrun --nnodes 1 --nproc-per-node 2 --max-restarts 1 --no-python "$bandpass" "$@"
}
stop_torchrun() {
    kill -TERM "$(pgrep -o -f "torchrun .*--out $1( |$)")"
}
if command -v torchrun >/dev/null; then
    check torchrun "$work/torchrun" with_torchrun
    check_stop torchrun "$work/torchrun-stop" stop_torchrun with_torchrun

    run=$work/torchrun-kill
    with_torchrun "${long[@]}" --out "$run" --auto-resume >"$run.log" 2>&1 &
    await "$run" 30
    kill -KILL "$(workers "$run" | tail -n 1)"
    wait $! || fail "torchrun, after kill -9: exit code $?, see $run.log"
    grep -q 'tensors loaded from .*/checkpoints/' "$run.log" || fail "torchrun, after kill -9: no restart from a checkpoint, see $run.log"
    same "torchrun, restarted after kill -9" "$run" "$work/one-long"

    with_torchrun pretrain --recipie quick >"$work/torchrun-usage.log" 2>&1 &&
        fail "torchrun: a wrong option ends with exit code 0"
    if grep -q 'traceback *: .*did you mean --recipe' "$work/torchrun-usage.log"; then
        echo "ok      torchrun, a wrong option: our sentence in its summary"
    else
        fail "torchrun: its summary does not have our sentence, see $work/torchrun-usage.log"
    fi
else
    skipped+=("torchrun (not on the PATH)")
fi

with_srun() {
    srun --job-name="$name_of_job" --ntasks=2 --kill-on-bad-exit=1 "$bandpass" "$@"
}
stop_srun() {
    scancel --signal=TERM --name="$name_of_job"
}
name_of_job=bandpass-check-$$
if ! command -v srun >/dev/null; then
    skipped+=("srun (not on the PATH)")
elif ! timeout 20 sinfo --noheader >/dev/null 2>&1; then
    skipped+=("srun (no Slurm controller answers)")
else
    check srun "$work/srun" with_srun
    check_stop srun "$work/srun-stop" stop_srun with_srun
fi

with_mpirun() {
    MASTER_PORT=29519 mpirun --oversubscribe -n 2 -x MASTER_PORT "$bandpass" "$@"
}
if command -v mpirun >/dev/null; then
    if [ "$(id -u)" -eq 0 ]; then
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    fi
    check mpirun "$work/mpirun" with_mpirun
else
    skipped+=("mpirun (not on the PATH)")
fi

join() {
    local IFS=,
    printf '%s' "$*" | sed 's/,/, /g'
}
printf 'checked: %s\n' "$(join "${checked[@]}")"
printf 'skipped: %s\n' "$(join "${skipped[@]:-nothing}")"
exit $failed
