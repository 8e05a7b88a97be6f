#!/usr/bin/env python3
"""Tests of the tree itself: what a folder may include and call, and what the documents promise about the files.

Each rule is one function from a Tree (path -> text) to complaints `path:line: text`. `--self-test` plants one offence per
case in a small tree and fails unless exactly the expected rule complains; so every rule is known to be able to fail.
The graph the include rules hold is drawn in docs/architecture.md.
"""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "rules"))
import rules_page  # noqa: E402

MAX_LINES = 600

# --- the tree ---------------------------------------------------------------------------------------------------------


class Tree:
    def __init__(self, files):
        self.files = files  # path -> text, or None for what is not text
        self.split_ = {}

    def texts(self, *suffixes):
        for path in sorted(self.files):
            if self.files[path] is not None and (not suffixes or path.endswith(suffixes)):
                yield path, self.files[path]

    def cpp(self, *folders):
        for path, text in self.texts(".cpp", ".h"):
            if path.split("/")[0] in folders:
                yield path, text

    def split(self, path):
        """(code without comments and with empty literals, the literals alone), both with the file's line breaks."""
        if path not in self.split_:
            self.split_[path] = split_cpp(self.files[path])
        return self.split_[path]


def read_tree():
    command = ["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):  # a source archive without .git
        listed = []
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [f for f in folders if f not in (".git", "build", "node_modules", "dist", "__pycache__")]
            listed += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names]
    files = {}
    for path in filter(None, listed):
        try:
            with open(os.path.join(ROOT, path), "rb") as file:
                files[path] = file.read().decode()
        except FileNotFoundError:
            continue  # deleted, not yet committed
        except UnicodeDecodeError:
            files[path] = None
    return Tree(files)


TOKEN = re.compile(
    r"""//(?:\\\n|[^\n])* | /\*.*?\*/ | R"(?P<tag>[^()\s\\]*)\(.*?\)(?P=tag)" | "(?:\\.|[^"\\\n])*" |
        (?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'""",
    re.VERBOSE | re.DOTALL,
)


def split_cpp(text):
    code, literals, last = [], [], 0

    def breaks(part):
        return re.sub(r"[^\n]", "", part)

    for match in TOKEN.finditer(text):
        token, before = match.group(), text[last : match.start()]
        is_include = token[0] == '"' and re.search(r"#\s*include\s*$", before[before.rfind("\n") + 1 :])
        code.append(before)
        literals.append(breaks(before))
        if token.startswith("/"):
            code.append(breaks(token) or " ")
            literals.append(breaks(token))
        elif is_include:
            code.append(token)
        else:
            code.append('""' + breaks(token))
            literals.append(token + " ")
        last = match.end()
    code.append(text[last:])
    literals.append(breaks(text[last:]))
    return "".join(code), "".join(literals)


def found(path, text, pattern, why):
    for match in re.finditer(pattern, text):
        yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group().strip()}: {why}"


def includes(tree, path):
    code, _ = tree.split(path)
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', code, re.MULTILINE):
        yield code.count("\n", 0, match.start()) + 1, match.group(1) == '"', match.group(2)


# --- rules: who may include whom --------------------------------------------------------------------------------------

CODE_FOLDERS = ("crypto", "sync", "tasks", "station", "node", "hub")
SHARED = ("crypto/", "sync/", "tasks/", "station/")
MAY_INCLUDE = {
    "crypto": ("crypto/",),
    "sync": ("crypto/", "sync/"),
    "tasks": ("tasks/", "crypto/bytes.h", "crypto/errc.h", "tram_tasks/"),
    "station": SHARED + ("ui/", "tram_ui/", "tram_station_"),  # tram_*: tables of embedded files, made by tram_embed
    "node": SHARED + ("node/", "ui/", "tram_ui/", "tram_node"),
    "hub": SHARED + ("hub/", "ui/", "tram_ui/", "tram_hub"),
}


def rule_includes_between_folders(tree):
    for path, _ in tree.cpp(*CODE_FOLDERS):
        folder = path.split("/")[0]
        for line, quoted, name in includes(tree, path):
            if (quoted or name.startswith(tuple(f + "/" for f in CODE_FOLDERS))) and not name.startswith(MAY_INCLUDE[folder]):
                yield f"{path}:{line}: {folder} must not include {name}"


def rule_tests_keep_node_and_hub_apart(tree):
    for path, _ in tree.texts(".cpp", ".h"):
        for one, other in (("node", "hub"), ("hub", "node")):
            if path.startswith(f"tests/unit/{one}/"):
                for line, _, name in includes(tree, path):
                    if name.startswith(other + "/"):
                        yield f"{path}:{line}: a test of {one} must not include {name}"


def rule_wire_stays_inside_sync(tree):
    for path, _ in tree.cpp(*CODE_FOLDERS):
        inside = path.startswith("sync/wire/") or (path.startswith("sync/") and path.endswith(".cpp"))
        for line, _, name in includes(tree, path):
            if name.startswith("sync/wire/") and not inside:
                yield f"{path}:{line}: {name} is for sync/*.cpp only"


def rule_cereal_only_behind_the_archive(tree):
    for path, _ in tree.cpp(*CODE_FOLDERS):
        for line, _, name in includes(tree, path):
            if name.startswith("cereal/") and not path.startswith("sync/wire/"):
                yield f"{path}:{line}: {name}: only sync/wire/archive.h and what stands beside it may use cereal"


def rule_banned_parts_of_cereal(tree):
    banned = r"cereal/(types/(memory|polymorphic|base_class)|archives/(xml|json))\.hpp"
    for path, _ in tree.cpp(*CODE_FOLDERS, "tests"):
        for line, _, name in includes(tree, path):
            if re.fullmatch(banned, name):
                yield f"{path}:{line}: {name}: it lets bytes decide what is built"
        yield from found(path, tree.split(path)[0], r"\bCEREAL_REGISTER_TYPE\w*", "it lets bytes decide what is built")


def rule_boost_in_plain_headers(tree):
    for path, _ in tree.cpp("crypto", "sync", "tasks"):
        if path.endswith(".h"):
            for line, _, name in includes(tree, path):
                if name.startswith("boost/") and not name.startswith("boost/system/"):
                    yield f"{path}:{line}: {name}: these headers hold nothing of Boost but boost/system"


def rule_sodium_only_in_crypto(tree):
    for path, _ in tree.cpp(*CODE_FOLDERS):
        if not path.startswith("crypto/"):
            for line, _, name in includes(tree, path):
                if name == "sodium.h" or name.startswith("sodium/"):
                    yield f"{path}:{line}: {name}: use crypto/"


def rule_sqlite_only_in_the_store(tree):
    for path, _ in tree.cpp(*CODE_FOLDERS):
        if not path.startswith("station/store/"):
            for line, _, name in includes(tree, path):
                if name == "sqlite3.h":
                    yield f"{path}:{line}: {name}: use station/store"


# --- rules: what may not be called ------------------------------------------------------------------------------------

IMPURE_HEADERS = r"thread|mutex|shared_mutex|condition_variable|future|semaphore|fstream|filesystem|random|ctime|sys/.*|unistd\.h|fcntl\.h"
IMPURE_CALLS = (
    r"(?<![.>\w])(?:rand|srand|random|time|clock|gettimeofday|clock_gettime|getenv|secure_getenv|fopen|freopen|socket)\s*\("
    r"|\bnow\s*\("
    r"|\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock)\b"
    r"|\bstd\s*::\s*(?:jthread|thread|mutex|shared_mutex|condition_variable|async|fstream|ifstream|ofstream|random_device)\b"
)


def rule_sync_and_tasks_are_pure(tree):
    for path, _ in tree.cpp("sync", "tasks"):
        for line, quoted, name in includes(tree, path):
            if not quoted and re.fullmatch(IMPURE_HEADERS, name):
                yield f"{path}:{line}: <{name}>: no I/O, clock, thread or randomness here"
        yield from found(path, tree.split(path)[0], IMPURE_CALLS, "no I/O, clock, thread or randomness here")


def rule_banned_sodium_calls(tree):
    for path, _ in tree.cpp(*CODE_FOLDERS, "tests"):
        code = tree.split(path)[0]
        yield from found(path, code, r"\bcrypto_sign_(?:init|update|final_create|final_verify)\b", "signs a pre-hash; crypto/sign.h signs a purpose")
        if not path.startswith("crypto/"):
            yield from found(path, code, r"\bcrypto_generichash(?:_init|_update|_final)?\s*\(", "no domain separation; use crypto/hash.h")


SQL = (
    r"\bSELECT\s+[\w*(?:]|\bINSERT\s+(?:OR\s+\w+\s+)?INTO\b|\bREPLACE\s+INTO\b|\bDELETE\s+FROM\b|\bUPDATE\s+\w+\s+SET\b"
    r"|\b(?:CREATE|DROP|ALTER)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|VIEW|TRIGGER)\b"
)


def rule_sql_lives_in_sql_files(tree):
    for path, _ in tree.cpp(*CODE_FOLDERS):
        literals = tree.split(path)[1]
        yield from found(path, literals, SQL, "SQL belongs in store/queries or store/migrations")
        if not path.startswith("station/store/"):
            yield from found(path, literals, r"\bPRAGMA\s+\w+", "only station/store sets pragmas")


# --- rules: files, words, documents -----------------------------------------------------------------------------------

SOURCES = (".cpp", ".h", ".ts", ".svelte", ".css", ".sql", ".cmake", "CMakeLists.txt", ".md", ".json", ".html")
NOT_OURS = ("tests/data/", "tests/vectors/")


def rule_short_files(tree):
    for path, text in tree.texts():
        if not path.startswith(NOT_OURS) and not path.endswith("package-lock.json"):
            lines = text.count("\n")
            if lines > MAX_LINES:
                yield f"{path}:{lines}: {lines} lines, {MAX_LINES} is the most"


# Written in two parts so that this file does not hold them.
WORDS = r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b"
PATHS = r"(?<![\w.}])/(?:wo" r"rk|tm" r"p)/"
REGISTRIES = (
    r"registry\.npm" r"js|npm" r"mirror\.com|(?:deb|security|snapshot|ftp)\.deb" r"ian\.org|py" r"pi\.org|pythonhosted\.org"
    r"|crates" r"\.io|proxy\.go" r"lang\.org|repo1?\.maven|node" r"source\.com"
)


def rule_unfinished_words(tree):
    for path, text in tree.texts():
        if not path.startswith(NOT_OURS) and not path.endswith("package-lock.json"):
            yield from found(path, text, WORDS, "finish it, or write an issue")


def rule_no_machine_paths(tree):
    for path, text in tree.texts(*SOURCES):
        if not path.startswith(NOT_OURS):
            yield from found(path, text, PATHS, "a path of one machine")


def rule_no_registry_hosts(tree):
    for path, text in tree.texts():
        yield from found(path, text, REGISTRIES, "an office installs from its own mirror")


def rule_lock_files_without_hosts(tree):
    for path, text in tree.texts("package-lock.json"):
        yield from found(path, text, r'"resolved"\s*:', "omit-lockfile-registry-resolved keeps hosts out")


def rule_readme_names_every_folder(tree):
    readme = tree.files.get("README.md") or ""
    for folder in sorted({path.split("/")[0] for path in tree.files if "/" in path}):
        if f"`{folder}/`" not in readme:
            yield f"README.md:1: does not name `{folder}/`"


def rule_every_adr_is_linked(tree):
    architecture = tree.files.get("docs/architecture.md") or ""
    numbers = {}
    for path, _ in tree.texts(".md"):
        match = re.fullmatch(r"docs/(adr/(\d{4})-[a-z0-9-]+\.md)", path)
        if match:
            if f"({match.group(1)})" not in architecture:
                yield f"docs/architecture.md:1: does not link {match.group(1)}"
            if match.group(2) in numbers:
                yield f"{path}:1: number {match.group(2)} is taken by {numbers[match.group(2)]}"
            numbers[match.group(2)] = path
        elif path.startswith("docs/adr/"):
            yield f"{path}:1: an ADR is named NNNN-words.md"


def rule_links_lead_to_files(tree):
    folders = {path.rsplit("/", i)[0] for path in tree.files for i in range(1, path.count("/") + 1)}
    for path, text in tree.texts(".md"):
        for match in re.finditer(r"\]\(([^)#\s:]+)(?:#[^)\s]*)?\)", text):
            target = os.path.normpath(os.path.join(os.path.dirname(path), match.group(1)))
            if target not in tree.files and target not in folders:
                yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group(1)}: no such file"


def rule_formats_index_is_complete(tree):
    index = tree.files.get("docs/formats.md") or ""
    for path, _ in tree.texts(".md"):
        if path.startswith("docs/formats/") and f"({path[len('docs/'):]})" not in index:
            yield f"docs/formats.md:1: does not link {path[len('docs/'):]}"


def defined_tests(tree):
    for path, _ in tree.cpp("tests"):
        code, _ = tree.split(path)
        for match in re.finditer(r"\bTEST(?:_F|_P)?\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)", code):
            yield path, f"{match.group(1)}.{match.group(2)}"


def rule_scenarios_name_their_tests(tree):
    page = "docs/scenarios.md"
    defined = {name for _, name in defined_tests(tree)}
    listed = set()
    for number, line in enumerate((tree.files.get(page) or "").split("\n"), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not re.fullmatch(r"S-[A-Z]\d+", cells[0]):
            continue
        if len(cells) != 4:
            yield f"{page}:{number}: {cells[0]}: a row has id, case, held by, missing"
            continue
        names = re.findall(r"`([^`]+)`", cells[2])
        if not names and not cells[3]:
            yield f"{page}:{number}: {cells[0]}: no test, and nothing said to be missing"
        for name in names:
            listed.add(name)
            if name not in tree.files and name not in defined:
                yield f"{page}:{number}: {name}: no such test"
    for path, name in defined_tests(tree):
        if re.match(r"S_[A-Z]\d+_", name.split(".")[1]) and name not in listed:
            yield f"{path}:1: {name} is not in {page}"


def rule_rules_page_is_true(tree):
    if tree.files.get(rules_page.PAGE) != rules_page.page(tree.files):
        yield f"{rules_page.PAGE}:1: not what the sources say; run tests/rules/rules_page.py --write"
    for function, rule in rules_page.without_a_test(tree.files):
        yield f"{function.path}:1: {function.name}: no test is named R{rule}_..."


RULES = {name[len("rule_") :]: rule for name, rule in sorted(globals().items()) if name.startswith("rule_")}


def run(tree):
    return {name: list(rule(tree)) for name, rule in RULES.items()}


def self_test():
    import planted

    failures, proved = [], set()
    clean = {name: said for name, said in run(Tree(planted.CLEAN)).items() if said}
    if clean:
        failures.append(f"the clean tree is complained about: {clean}")
    for rule, path, text in planted.OFFENCES:
        complaints = {name: said for name, said in run(Tree({**planted.CLEAN, path: text})).items() if said}
        if rule not in complaints:
            failures.append(f"{rule} did not notice {path}: {text!r}")
        elif set(complaints) != {rule}:
            failures.append(f"{path}: {text!r}: beside {rule} also {sorted(set(complaints) - {rule})}")
        proved.add(rule)
    for path, text in planted.ALLOWED:
        complaints = {name: said for name, said in run(Tree({**planted.CLEAN, path: text})).items() if said}
        if complaints:
            failures.append(f"{path}: {text!r} is allowed, but: {complaints}")
    failures += [f"no planted offence for {name}" for name in RULES if name not in proved]
    for failure in failures:
        print(failure)
    print(f"{len(planted.OFFENCES)} offences, {len(planted.ALLOWED)} allowed, {len(failures)} failures")
    return 1 if failures else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if sys.argv[1:]:
        print("usage: tree_test.py [--self-test]", file=sys.stderr)
        return 2
    broken = 0
    for name, complaints in run(read_tree()).items():
        for complaint in complaints:
            print(f"{complaint} [{name}]")
        broken += bool(complaints)
    print(f"{len(RULES) - broken} rules hold, {broken} do not")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
