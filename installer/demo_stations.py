"""Hub and nodes of the demo: starts and stops the programs, and runs their commands. Loopback only."""
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


class StepFailed(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Station:
    """One program with its data folder. `environment` is added to each process (libfaketime in the story)."""

    def __init__(self, binary, folder, port, environment):
        self.binary = pathlib.Path(binary).resolve()
        self.folder = pathlib.Path(folder)
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

    def run(self, *words, user=None, second=None, stdin="", expect=0):
        arguments = [str(self.binary), "--data", str(self.folder), "--json", *map(str, words)]
        if user:
            arguments += ["--as", user, "--password-file", self.password_file(user)]
        if second:
            arguments += ["--second", second, "--second-password-file", self.password_file(second)]
        done = subprocess.run(arguments, input=stdin, capture_output=True, text=True, env=self.environment, timeout=120)
        if done.returncode != expect:
            raise StepFailed(f"{' '.join(map(str, words))}: exit {done.returncode}, not {expect}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def add_user(self, name, role, password):
        self.passwords[name] = password
        return self.run("user", "add", name, "--role", role, stdin=password + "\n")

    def serve(self):
        log = open(self.folder.parent / f"{self.folder.name}.log", "ab")
        self.server = subprocess.Popen(
            [str(self.binary), "--data", str(self.folder), "serve", "--listen", f"127.0.0.1:{self.port}"],
            stdout=subprocess.PIPE, stderr=log, env=self.environment, text=True, start_new_session=True)
        line = self.server.stdout.readline()
        if not line.startswith("listening on "):
            raise StepFailed(f"{self.folder.name} does not listen: {line!r}; see {self.folder.name}.log")

    def stop(self):
        if self.server is None:
            return
        self.server.send_signal(signal.SIGTERM)
        code = self.server.wait(timeout=20)
        self.server.stdout.close()
        self.server = None
        if code != 0:
            raise StepFailed(f"{self.folder.name} ended with {code}")

    def ready(self, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise StepFailed(f"{self.folder.name} is not ready")


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
