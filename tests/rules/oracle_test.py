#!/usr/bin/env python3
"""Generated plans, imported in every dress of a spreadsheet and computed by tasks/, agree with the oracle.

Usage: oracle_test.py PROGRAM [--seeds FIRST-LAST]; PROGRAM is plan_results.
"""

import argparse
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "data"))
import make_plan  # noqa: E402

NAMES = ("ref lead state written due duration confirmation return loading milestones cadence occurrences result outcome").split()


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [line.split("\t") for line in file.read().splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seeds", default="1-200")
    options = parser.parse_args()
    first, last = map(int, options.seeds.split("-"))
    dresses, assignments, wrong = sorted(make_plan.DRESSES), 0, 0
    with tempfile.TemporaryDirectory() as work:
        folders = []
        for seed in range(first, last + 1):
            plan = make_plan.make(seed)
            for dress in dresses:
                folders.append(os.path.join(work, f"{seed}-{dress}"))
                make_plan.write(plan, folders[-1], dress)
        subprocess.run([options.program, *folders], check=True)
        for folder in folders:
            expected, got = read(os.path.join(folder, "expected.csv")), read(os.path.join(folder, "results.csv"))
            assignments += len(expected)
            if len(expected) != len(got):
                print(f"{os.path.basename(folder)}: {len(expected)} assignments, not {len(got)}")
                wrong += 1
            for e, g in zip(expected, got):
                for name, want, have in zip(NAMES, e, g):
                    if want != have:
                        wrong += 1
                        if wrong <= 20:
                            print(f"{os.path.basename(folder)} {e[0]} {e[1]} {name}: expected {want!r}, got {have!r}")
    print(f"seeds {first} to {last}, {len(dresses)} dresses, {assignments} assignments, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
