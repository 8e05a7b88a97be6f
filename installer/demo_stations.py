"""Hub and nodes as programs: starts and stops them, and runs their commands. For the demo and, with more around it, for
the tests that drive the finished programs. It knows the command line, and nothing of the code. Loopback only."""
import datetime
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data" / "hung-yen"


# Wednesday: the report of III.2.3 falls due at 10:00.
HANOI = datetime.timezone(datetime.timedelta(hours=7))
STORY_BEGINS = datetime.datetime(2025, 4, 23, 9, 55, tzinfo=HANOI)
PATIENCE = 30  # seconds, for whatever is polled


class StepFailed(AssertionError):
    pass


def story_time(begins=STORY_BEGINS):
    """The environment that sets every program's clock back by the same amount; monotonic timers stay real."""
    listing = subprocess.run(["dpkg", "-L", "libfaketime"], capture_output=True, text=True).stdout.split()
    library = next((line for line in listing if line.endswith("/libfaketime.so.1")), None)
    if library is None:
        raise StepFailed("libfaketime is not installed")
    offset = int(begins.timestamp() - time.time())
    return {"LD_PRELOAD": library, "FAKETIME": f"{offset:+d}", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(condition, what, patience=PATIENCE):
    """Polls with a deadline and gives back what the condition gave."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise StepFailed(f"within {patience} s: {what}")


class Answer:
    def __init__(self, exit_code, json_text, log):
        self.exit, self.text, self.log = exit_code, json_text, log

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def error(self):
        return self.json["error"]["code"]


class Station:
    """One program with its data folder. `environment` is added to each process (libfaketime in the story)."""

    def __init__(self, binary, folder, port, environment):
        self.binary = pathlib.Path(binary).resolve()
        self.folder = pathlib.Path(folder)
        self.name = self.folder.name
        self.log = self.folder.parent / f"{self.name}.log"
        self.port = port
        self.environment = {**os.environ, **environment}
        self.server = None
        self.passwords = {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def password_file(self, user):
        file = self.folder.parent / f"{self.folder.name}-{user}.password"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(self.passwords[user] + "\n")
        return str(file)

    def arguments(self, words, user=None, second=None):
        found = [str(self.binary), "--data", str(self.folder), "--json", *map(str, words)]
        if user:
            found += ["--as", user, "--password-file", self.password_file(user)]
        if second:
            found += ["--second", second, "--second-password-file", self.password_file(second)]
        return found

    def ask(self, *words, user=None, second=None, stdin=""):
        """Runs a command and gives its exit status and answer, whatever they are."""
        done = subprocess.run(self.arguments(words, user, second), input=stdin, capture_output=True, text=True,
                              env=self.environment, timeout=120)
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(done.stderr)
        return Answer(done.returncode, done.stdout, done.stderr)

    def run(self, *words, user=None, second=None, stdin="", expect=0):
        answer = self.ask(*words, user=user, second=second, stdin=stdin)
        if answer.exit != expect:
            raise StepFailed(f"{self.name} {' '.join(map(str, words))}: exit {answer.exit}, not {expect}\n{answer.text}{answer.log}")
        return answer.json if answer.text.strip() else {}

    def add_user(self, name, role, password):
        self.passwords[name] = password
        return self.run("user", "add", name, "--role", role, stdin=password + "\n")

    def serve(self):
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(
                [str(self.binary), "--data", str(self.folder), "serve", "--listen", f"127.0.0.1:{self.port}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=self.environment, text=True,
                start_new_session=True)
        line = self.server.stdout.readline()
        if not line.startswith("listening on "):
            raise StepFailed(f"{self.name} does not listen: {line!r}\n{self.log.read_text(errors='replace')[-2000:]}")

    def ready(self):
        until(self.is_ready, f"{self.name} is ready")

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self):
        self.server.kill()
        self.forget_server()

    def forget_server(self):
        self.server.wait(timeout=PATIENCE)
        self.server.stdout.close()
        self.server = None

    def stop(self):
        if self.server is None:
            return
        self.server.send_signal(signal.SIGTERM)
        code = self.server.wait(timeout=PATIENCE)
        self.forget_server()
        if code != 0:
            raise StepFailed(f"{self.name} ended with {code}")


class Office:
    """A fresh folder with one hub and its nodes."""

    def __init__(self, binaries, folder, environment=None, ports=None):
        self.folder = pathlib.Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        self.binaries = pathlib.Path(binaries)
        self.environment = environment or {}
        self.ports = list(ports or [])
        self.hub = self.station("tram-hub", "hub")
        self.nodes = {}

    def station(self, program, name):
        port = self.ports.pop(0) if self.ports else free_port()
        return Station(self.binaries / program, self.folder / name, port, self.environment)

    def node(self, organisation):
        node = self.station("tram-node", organisation)
        node.run("init", "--site", organisation)
        self.nodes[organisation] = node
        return node

    def stations(self):
        return [self.hub, *self.nodes.values()]

    def stop(self):
        for station in self.stations():
            if station.server is not None:
                station.server.kill()
                station.server.wait()
