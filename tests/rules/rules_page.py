#!/usr/bin/env python3
"""docs/rules.md: every rule of the regulation with its functions and its tests, found in the sources.

A function of tasks/ names its rules in the comment right above its definition (`// R12, R13: words`); a test names its
rule at the front of its name (`TEST(Due, R12_...)`). A tree rule holds the page true. Usage: rules_page.py [--write]
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = "docs/rules.md"

WORDS = {
    1: "axes of classification", 2: "confidentiality is a code, with its mark", 3: "cuts by every axis",
    4: "kinds of deadline", 5: "lead and coordinating bodies", 6: "outcome class", 7: "fields of a normal document",
    8: "class 1 and 2", 9: "class 3 is refused", 10: "loading in 3 working days", 11: "answer to a return in 1 working day",
    12: "confirmation in 4 working hours", 13: "return in 8 working hours", 14: "term under 1 month",
    15: "term from 1 to 3 months", 16: "term from 3 to 6 months", 17: "longer terms, or none", 18: "sub-tasks",
    19: "assessment in 3 working days", 20: "inspection reads and flags", 21: "differences", 22: "urging",
    23: "contacts by other ways", 24: "reports of implementing bodies", 25: "reports of the office",
    26: "notice of difficulty", 27: "two persons", 28: "explanation of a late or false report", 29: "figures in real time",
    30: "electronic, export, paper", 31: "rating by periods and criteria", 32: "four levels", 33: "ranking and ties",
    34: "two low periods", 35: "rating as a file", 36: "warnings", 37: "permissions", 38: "exchange with other systems",
    39: "calendars", 40: "work without a network", 41: "four times", 42: "two clocks and transport",
    43: "which moment counts", 44: "delivered only with a receipt", 45: "counting of hours and days",
    46: "a new calendar moves open obligations", 47: "whole seconds and last good moments", 48: "waiting for a condition",
    49: "who moves a deadline", 50: "relays", 51: "an approval seals one version", 52: "locked versions and corrections",
    53: "substitutes", 54: "zones", 55: "closed nodes", 56: "courier entries", 57: "no artificial intelligence",
    58: "bodies that end", 59: "a follow-up body for every task", 60: "original text", 61: "paper entered later",
    62: "no lost edit", 63: "four lists of the office", 64: "coded causes", 65: "cleaning runs", 66: "inspection plans",
    67: "report calendar and freeze", 68: "rating snapshots", 69: "figures with base and age",
    70: "a province with its own policy", 71: "in force from", 72: "policy of the office",
}

MARKER = re.compile(r"^// (R\d+(?:, R\d+)*): ", re.MULTILINE)
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(R(\d+)_\w+)\)", re.MULTILINE)


class Function:
    """One definition that names its rules: where its signature begins, its result, name and body."""

    def __init__(self, path, text, marker):
        self.path = path
        self.rules = [int(word[1:]) for word in marker.group(1).split(", ")]
        at = text.index("\n", marker.start()) + 1
        while text.startswith("//", at):
            at = text.index("\n", at) + 1
        self.begin = at
        self.body = text.index("{\n", at)  # clang-format ends a signature with its brace
        self.end = text.index("\n}\n", self.body) + 1
        signature = text[at : self.body]
        self.name = re.search(r"([\w:]+)\(", signature).group(1)
        self.result = " ".join(signature[: signature.index(self.name + "(")].split())


def functions(files):
    for path in sorted(files):
        if path.startswith("tasks/") and path.endswith(".cpp") and files[path]:
            for marker in MARKER.finditer(files[path]):
                yield Function(path, files[path], marker)


def tests(files):
    for path in sorted(files):
        if path.startswith("tests/unit/") and path.endswith(".cpp") and files[path]:
            for match in TEST.finditer(files[path]):
                yield int(match.group(3)), f"{match.group(1)}.{match.group(2)}"


def page(files):
    by_function, by_test = {}, {}
    for function in functions(files):
        for rule in function.rules:
            by_function.setdefault(rule, []).append(f"`{function.name}` ({function.path})")
    for rule, name in tests(files):
        by_test.setdefault(rule, []).append(f"`{name}`")
    out = [
        "# Rules",
        "",
        "Written by `tests/rules/rules_page.py --write` from the sources, and held true by a rule of the tree test. A rule",
        "without a function here is either not computed (it is a matter of records, programs or screens) or not built yet.",
        "`tests/rules/negate --seed N` negates the function of 15 rules drawn by seed, one by one, and demands that a test",
        "of that rule fails.",
        "",
        "| rule | what | functions | tests |",
        "|---|---|---|---|",
    ]
    for rule, words in WORDS.items():
        out.append(f"| R{rule} | {words} | {'<br>'.join(by_function.get(rule, []))} | {'<br>'.join(by_test.get(rule, []))} |")
    both = sum(1 for rule in WORDS if rule in by_function and rule in by_test)
    out += ["", f"{both} of {len(WORDS)} rules have a function and a test."]
    return "\n".join(out) + "\n"


def without_a_test(files):
    """Functions of which some rule has no test."""
    tested = {rule for rule, _ in tests(files)}
    for function in functions(files):
        for rule in function.rules:
            if rule not in tested:
                yield function, rule


def read_files():
    files = {}
    for folder in ("tasks", "tests/unit"):
        for where, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in names:
                if name.endswith(".cpp"):
                    path = os.path.join(where, name)
                    with open(path, encoding="utf-8") as file:
                        files[os.path.relpath(path, ROOT)] = file.read()
    return files


def main():
    if sys.argv[1:] not in ([], ["--write"]):
        print("usage: rules_page.py [--write]", file=sys.stderr)
        return 2
    text = page(read_files())
    if sys.argv[1:]:
        with open(os.path.join(ROOT, PAGE), "w", encoding="utf-8") as file:
            file.write(text)
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
