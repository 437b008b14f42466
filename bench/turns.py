"""Two programs at once, of which one always stands still: a noisy machine meets both alike within seconds."""

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import List, Sequence

ROUND = re.compile(r"round \d+ of \d+")


class ProgramEnded(Exception):
    pass


class Program:
    """A measuring process that prints a line after each round, and the process group of its children."""

    def __init__(self, command: Sequence[str], log: Path):
        self.command = command
        self.log = open(log, "w")
        self.log.write(" ".join(command) + "\n")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )

    def finish_rounds(self, count: int) -> None:
        for line in self.process.stdout:
            self.log.write(line)
            if ROUND.match(line):
                count -= 1
            if count == 0:
                return
        raise ProgramEnded(f"exit code {self.process.wait()}, see {self.log.name}")

    def signal(self, number: int) -> None:
        os.killpg(self.process.pid, number)

    def finish(self) -> None:
        self.log.writelines(self.process.stdout)
        if self.process.wait() != 0:
            raise ProgramEnded(f"exit code {self.process.returncode}, see {self.log.name}")

    def close(self) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait()
        self.log.close()


def rounds_of(pairs: int) -> int:
    """One in which the process starts, and for each pair one that is stopped in its beginning, and one that counts."""
    return 1 + 2 * pairs


def counted(rounds: Sequence[float]) -> List[float]:
    return list(rounds[2::2])


def run(commands: Sequence[Sequence[str]], logs: Sequence[Path], pairs: int) -> None:
    """
    Runs the commands to their ends.

    commands: each measures rounds_of(pairs) rounds.
    """
    programs = []
    try:
        for command, log in zip(commands, logs):
            programs.append(Program(command, log))
            programs[-1].finish_rounds(1)
            programs[-1].signal(signal.SIGSTOP)
        for _ in range(pairs):
            for program in programs:
                program.signal(signal.SIGCONT)
                program.finish_rounds(2)
                program.signal(signal.SIGSTOP)
        for program in programs:
            program.signal(signal.SIGCONT)
            program.finish()
    finally:
        for program in programs:
            program.close()
