"""What run and replay share: the built fuzzer, its targets, and one process of it."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "fuzz"
FUZZER = BUILD / "bin" / "tram-fuzz"
# Reliability design 4. One allocation is bounded too, so that a length which is believed shows at once.
LIMITS = ["-rss_limit_mb=512", "-malloc_limit_mb=160", "-timeout=5"]


def build():
    for command in (["cmake", "--preset", "fuzz"], ["ninja", "-C", str(BUILD), "tram-fuzz"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)


def targets():
    """name -> (largest input in bytes, [sources])"""
    listed = subprocess.run([FUZZER, "--list"], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return {name: (int(most), sources) for name, most, *sources in rows}


def memory_folder(stack):
    """A folder in memory where there is one: some targets write files, and none of them is kept."""
    return stack.enter_context(tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))


def fuzz(target, most, arguments, scratch, profile=os.devnull):
    """Runs the fuzzer on one target: (exit status, standard error, seconds of one core that it had)"""
    environment = dict(os.environ, TRAM_FUZZ_TARGET=target, TMPDIR=scratch, LLVM_PROFILE_FILE=str(profile),
                       ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1",
                       UBSAN_OPTIONS="print_stacktrace=1")
    with tempfile.TemporaryFile(dir=scratch) as said:
        process = subprocess.Popen([FUZZER, *LIMITS, f"-max_len={most}", *arguments], env=environment,
                                   stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, said.read().decode(errors="replace"), used.ru_utime + used.ru_stime


def number(pattern, text, default=0):
    """The last number that the pattern finds."""
    found = re.findall(pattern, text)
    return int(found[-1]) if found else default
