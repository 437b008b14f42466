#!/usr/bin/env python3
"""Measures Bandpass and the PyTorch peer in turns, and prints how many times as fast Bandpass is.

    python3 bench/compare.py --python VENV/bin/python
    python3 bench/compare.py --python VENV/bin/python --only fp32-vit-base loader-small
    python3 bench/compare.py --python VENV/bin/python --turns --rounds 20 --seconds 2 --only fp32-vit-base
    python3 bench/compare.py --list

Run it from the root of the source tree, on a machine that does nothing else. Needs Python 3.9 and nothing more.
"""

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import turns
from cases import CASES, Case

BENCH = Path(__file__).resolve().parent
# Per process; the process is what is repeated in turns.
ROUNDS_OF_A_PROCESS = 2
# Which of the common options each command takes.
TAKES = {
    "bench step": ("rounds", "seconds", "threads"),
    "bench data": ("rounds", "seconds"),
    "bench embed": ("rounds", "seconds", "threads"),
    "bench attack": ("rounds", "seconds", "threads"),
    "bench corrupt": ("rounds", "seconds"),
    "bench start": ("rounds",),
    "step": ("rounds", "seconds", "threads"),
    "data": ("rounds", "seconds"),
    "finetune": ("rounds", "seconds", "threads"),
    "segment": ("rounds", "seconds", "threads"),
    "embed": ("rounds", "seconds", "threads"),
    "attack": ("rounds", "seconds", "threads"),
    "corrupt": ("rounds", "seconds"),
    "quick": ("rounds", "threads"),
}


class MeasurementFailed(Exception):
    pass


@dataclass
class Outcome:
    case: Case
    peer: Optional[str]
    ours: List[float]
    theirs: List[float]

    @property
    def ratios(self) -> List[float]:
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs)]

    @property
    def reached(self) -> bool:
        value = statistics.median(self.ratios or self.ours)
        return value <= self.case.goal if self.case.less_is_better else value >= self.case.goal


class Runner:
    """Runs one command at a time and reads the JSON file that it leaves."""

    def __init__(self, args: argparse.Namespace):
        self.args = args

    def photos_folder(self, case: Case) -> Optional[Path]:
        if case.photos is None:
            return None
        folder = self.args.out / case.photos.name
        if len(list(folder.glob("*.jpg"))) != case.photos.count:
            photos = case.photos
            size = ["--width", str(photos.width), "--height", str(photos.height), "--count", str(photos.count)]
            make = [self.args.python, str(BENCH / "make_photos.py"), *size, "--out", str(folder)]
            subprocess.run(make, check=True)
        return folder

    def frost_folder(self) -> str:
        """The pictures that the peer's imagecorruptions draws from."""
        code = "import importlib.util as i; print(i.find_spec('imagecorruptions').submodule_search_locations[0])"
        found = subprocess.run([self.args.python, "-c", code], capture_output=True, text=True)
        if found.returncode != 0:
            raise MeasurementFailed(f"{self.args.python} has no imagecorruptions; install bench/peer/requirements.txt")
        return str(Path(found.stdout.strip()) / "frost")

    def ours(self, case: Case, name: str) -> float:
        return self.measure(self.ours_command(case), case, name)

    def peer(self, case: Case, variant: str, name: str) -> float:
        return self.measure(self.peer_command(case, variant), case, name)

    def ours_command(self, case: Case, rounds: int = ROUNDS_OF_A_PROCESS) -> List[str]:
        return self.command(shlex.split(self.args.ours), case.ours, case, rounds)

    def peer_command(self, case: Case, variant: str, rounds: int = ROUNDS_OF_A_PROCESS) -> List[str]:
        return self.command([self.args.python, str(BENCH / "peer" / "peer.py")], case.peers[variant], case, rounds)

    def command(self, program: Sequence[str], words: str, case: Case, rounds: int) -> List[str]:
        options = words.split()
        folder = self.photos_folder(case)
        frost = self.frost_folder() if "FROST" in options else None
        named = [str({"PHOTOS": folder, "FROST": frost}.get(word, word)) for word in options]
        return [*shlex.split(self.args.prefix), *program, *named, *self.common_options(options, rounds)]

    def file(self, case: Case, name: str) -> Path:
        file = self.args.out / case.name / (name.replace(", ", "-").replace(" ", "-") + ".json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        return file

    def measure(self, command: Sequence[str], case: Case, name: str) -> float:
        file = self.file(case, name)
        log = file.with_suffix(".log")
        with open(log, "w") as output:
            output.write(shlex.join(command) + "\n")
            output.flush()
            asked = [*command, "--json", str(file)]
            code = subprocess.run(asked, stdout=output, stderr=subprocess.STDOUT).returncode
        if code != 0 or not file.is_file():
            raise MeasurementFailed(f"exit code {code}, see {log}")
        value = json.loads(file.read_text()).get(case.key)
        if not isinstance(value, (int, float)) or value <= 0:
            raise MeasurementFailed(f"{file} has no {case.key}")
        return float(value)

    def alternate(self, case: Case, variant: str, pairs: int) -> Tuple[List[float], List[float]]:
        """Rounds of both, in turns of seconds."""
        rounds = turns.rounds_of(pairs)
        commands = [self.ours_command(case, rounds), self.peer_command(case, variant, rounds)]
        files = [self.file(case, name) for name in ("ours", "peer")]
        asked = [[*command, "--json", str(file)] for command, file in zip(commands, files)]
        try:
            turns.run(asked, [file.with_suffix(".log") for file in files], pairs)
        except turns.ProgramEnded as end:
            raise MeasurementFailed(str(end)) from end
        ours, theirs = (json.loads(file.read_text())["images_per_second_rounds"] for file in files)
        return turns.counted(ours), turns.counted(theirs)

    def common_options(self, words: Sequence[str], rounds: int) -> List[str]:
        values = {"rounds": rounds, "seconds": self.args.seconds, "threads": self.args.threads}
        kind = " ".join(words[:2]) if words[0] == "bench" else words[0]
        return [part for name in TAKES[kind] for part in (f"--{name}", str(values[name]))]


def fastest_variant(runner: Runner, case: Case) -> str:
    """A first pass over the variants; one that does not run here is no candidate."""
    if len(case.peers) == 1:
        return next(iter(case.peers))
    values = {}
    for variant in case.peers:
        try:
            values[variant] = runner.peer(case, variant, f"first pass, {variant}")
            print(f"  peer, {variant}: {number(values[variant])}", flush=True)
        except MeasurementFailed as failure:
            print(f"  peer, {variant}: {failure}", flush=True)
    if not values:
        raise MeasurementFailed("no variant of the peer runs")
    return (min if case.less_is_better else max)(values, key=values.get)


def compare(runner: Runner, case: Case, rounds: int) -> Outcome:
    given = runner.args.variant
    if given and case.peers and given not in case.peers:
        raise MeasurementFailed(f"the peer has no variant '{given}' here, but {', '.join(case.peers)}")
    variant = (given or fastest_variant(runner, case)) if case.peers else None
    if runner.args.turns:
        return Outcome(case, variant, *runner.alternate(case, variant, rounds))
    outcome = Outcome(case, variant, [], [])
    for i in range(1, rounds + 1):
        outcome.ours.append(runner.ours(case, f"ours {i}"))
        if variant is not None:
            outcome.theirs.append(runner.peer(case, variant, f"peer {i}"))
    return outcome


def number(value: float) -> str:
    if value >= 1e6:
        return f"{value / 2**20:.0f} MiB"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values: Sequence[float]) -> str:
    if not values:
        return "-"
    return f"{number(statistics.median(values))} ({number(min(values))}-{number(max(values))})"


def goal(case: Case) -> str:
    return f"{'at most' if case.less_is_better else 'at least'} {case.goal:g}"


def row(outcome: Outcome) -> List[str]:
    reached = ", reached" if outcome.reached else ", missed"
    cells = [outcome.case.title, spread(outcome.ours), outcome.peer or "-", spread(outcome.theirs)]
    return [*cells, spread(outcome.ratios), goal(outcome.case) + reached]


def markdown(outcomes: Sequence[Outcome]) -> str:
    lines = ["| case | ours | peer as | peer | ratio | goal |", "|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(row(outcome)) + " |" for outcome in outcomes]
    return "\n".join(lines) + "\n"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the Python that has bench/peer/requirements.txt")
    parser.add_argument("--ours", default="./bandpass", help="the command that starts Bandpass")
    parser.add_argument("--prefix", default="", help="words before every command, such as 'taskset -c 0,1'")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of processes for each case")
    parser.add_argument("--seconds", type=float, default=10, help="length of a round within a process")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="compute threads of both programs")
    parser.add_argument(
        "--turns",
        action="store_true",
        help="both programs run at once, one always stopped, and change over after each pair of rounds; --rounds counts"
        " those; for cases on images in memory",
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[case.name for case in CASES])
    parser.add_argument("--variant", help="the peer's variant to compare with, instead of the one a first pass finds")
    parser.add_argument("--out", type=Path, default=Path("runs/compare"), help="where all figures and logs go")
    parser.add_argument("--list", action="store_true", help="names the cases and ends")
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error("--rounds must be 1 or more")
    unfit = [case.name for case in chosen_cases(args) if args.turns and not case.can_take_turns]
    if unfit:
        parser.error("--turns is for images in memory; name other cases than " + ", ".join(unfit) + " with --only")
    return args


def chosen_cases(args: argparse.Namespace) -> List[Case]:
    return [case for case in CASES if not args.only or case.name in args.only]


def main() -> int:
    args = arguments()
    chosen = chosen_cases(args)
    if args.list:
        for case in chosen:
            print(f"{case.name:20} {case.title}; peer: {' or '.join(case.peers) or 'none'}; goal: {goal(case)}")
        return 0
    runner = Runner(args)
    outcomes, failures = [], []
    print(f"{processor()}, {os.cpu_count()} cores, {args.threads} threads", flush=True)
    for case in chosen:
        # Other work on the machine makes figures worthless, so the load stands beside them.
        print(f"{case.name}: {case.title} (load {os.getloadavg()[0]:.1f})", flush=True)
        try:
            outcome = compare(runner, case, args.rounds)
        except MeasurementFailed as failure:
            failures.append(case.name)
            print(f"  failed: {failure}", flush=True)
            continue
        outcomes.append(outcome)
        _, ours, variant, theirs, ratio, aim = row(outcome)
        print(f"  ours {ours}; peer ({variant}) {theirs}; ratio {ratio}; goal {aim}", flush=True)
    table = markdown(outcomes)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "table.md").write_text(table)
    print("\n" + table)
    if failures:
        print("failed: " + ", ".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
