"""Drives the finished programs: offices of one hub and some nodes in a temporary folder, commands with --json, `serve`
on free loopback ports, sticks as folders. It knows the command line and the HTTP API, and nothing of the code. How a
program is started, asked and stopped is the demo's, installer/demo_stations.py."""
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "installer"))
import demo_stations  # noqa: E402
# All but `free_port` and `PATIENCE` are for the cases too.
from demo_stations import DATA, HANOI, PATIENCE, ROOT, free_port, story_time, until  # noqa: E402,F401
from demo_stations import StepFailed as Failed  # noqa: E402


def binaries():
    given = os.environ.get("TRAM_BIN")
    places = [pathlib.Path(given)] if given else [ROOT / "build" / p / "bin" for p in ("release", "dev")]
    for place in places:
        if (place / "tram-hub").exists() and (place / "tram-node").exists():
            return place.resolve()
    raise SystemExit(f"no tram-hub and tram-node in {', '.join(map(str, places))}")


class Station(demo_stations.Station):
    """One program with its data folder, and what the cases ask of it."""

    def __init__(self, office, program, name):
        super().__init__(office.binaries / program, office.folder / name, free_port(), office.environment)
        self.office = office

    def start_command(self, *words, user=None, second=None):
        """A command that is not waited for; the office ends it if nobody does."""
        process = subprocess.Popen(self.arguments(words, user, second), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.environment)
        self.office.processes.append(process)
        return process

    def refusal(self, *words, exit_code=3, **how):
        """The code of a command that must be refused."""
        return self.run(*words, expect=exit_code, **how)["error"]["code"]

    def serve(self):
        super().serve()
        self.office.processes.append(self.server)
        self.ready()

    def http(self, method, path, body=None, headers=None, timeout=PATIENCE):
        """One request on a connection of its own: status, answer as text, headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace"), answer.headers
        finally:
            connection.close()

    # What several cases ask for.

    def counts(self):
        status = self.run("status")
        return status["to_approve"], status["to_send"], status["waiting_receipt"]

    def tasks(self, organisation=None):
        return self.run("task", "list", *(["--org", organisation] if organisation else []))["tasks"]

    def assignment(self, ref, organisation):
        task = next(t for t in self.tasks() if t["ref"] == ref)
        return next(a for a in task["assignments"] if a["org"] == organisation)

    def digest(self, site=None):
        return self.run("digest", *(["--site", site] if site else []))["digest"]

    def explained(self, record, field):
        return [item["value"] for item in self.run("explain", record, field)["items"]]


class WebSession:
    """One person signed in at the web API."""

    def __init__(self, station, name):
        self.station = station
        status, text, headers = station.http("GET", "/api/v1/session")
        self.take(status, text, headers)
        self.send("/api/v1/session", {"name": name, "password": station.passwords[name]})

    def take(self, status, text, headers):
        if status != 200:
            raise Failed(f"{self.station.name}: {status} {text}")
        answer = json.loads(text)
        cookie = headers.get("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        self.csrf = answer.get("csrf", getattr(self, "csrf", ""))
        return answer

    def post(self, path, body, timeout=PATIENCE):
        return self.station.http("POST", path, json.dumps(body), {
            "Content-Type": "application/json", "Cookie": self.cookie, "X-Tram-CSRF": self.csrf,
            "Origin": self.station.url}, timeout)

    def send(self, path, body):
        return self.take(*self.post(path, body))

    def get(self, path):
        return self.take(*self.station.http("GET", path, None, {"Cookie": self.cookie}))


class Office:
    """A hub and its nodes in a folder that goes with them. Used as a context; ends every process it started."""

    def __init__(self, environment=None):
        self.binaries = binaries()
        self.environment = environment or {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tram-it-"))
        self.processes = []
        self.nodes = {}
        self.hub = Station(self, "tram-hub", "hub")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def set_up_hub(self, serve=True):
        self.hub.run("init", "--name", "Văn phòng Tỉnh ủy Hưng Yên")
        added = self.hub.run("org", "import", DATA / "organisations.csv")["added"]
        if added != 18:
            raise Failed(f"18 bodies, not {added}")
        self.hub.add_user("second", "hub_security", "a test password, second")
        if serve:
            self.hub.serve()

    def load_plan(self):
        files = ("--document", DATA / "document.csv", "--tasks", DATA / "tasks.csv")
        loaded = self.hub.run("plan", "import", *files)
        self.hub.run("plan", "hand-over", "406", "--unsigned-reason", "ký số chưa sẵn sàng", second="second")
        return loaded

    def node(self, organisation, name=None):
        """A node that is set up and not enrolled yet."""
        node = Station(self, "tram-node", name or organisation)
        node.run("init", "--site", organisation)
        self.nodes[node.name] = node
        return node

    def enrolled_node(self, organisation):
        """Pre-approved, by network if the hub serves, else by files."""
        node = self.node(organisation)
        if self.hub.server:
            code = self.hub.run("site", "add", organisation, "--pre-approved")["code"]
            node.run("enrol", "--hub", self.hub.url, "--code", code)
        else:
            self.enrol_by_files(node, organisation)
        self.add_people(node)
        return node

    def enrol_by_files(self, node, organisation):
        keys, request, reply = (self.folder / f"{organisation}.{kind}" for kind in ("trk", "request", "reply"))
        code = self.hub.run("site", "add", organisation, "--pre-approved", "--key-file-out", keys)["code"]
        node.run("enrol", "--hub-key-file", keys, "--code", code, "--request-out", request)
        self.hub.run("site", "approve", "--request", request, "--out", reply)
        if not node.run("enrol", "--reply", reply)["enrolled"]:
            raise Failed("the reply did not enrol the node")

    @staticmethod
    def add_people(node):
        node.add_user("an", "operator", "a test password, an")
        node.add_user("binh", "approver", "a test password, binh")

    def stick(self, name="stick"):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def carry(self, sender, receiver, site=None):
        """One bundle from sender to receiver as a file; gives the receiver's answer about it."""
        file = self.export(sender, site)
        return receiver.run("bundle", "import", file)["bundles"][0]

    def export(self, sender, site=None, stick="stick"):
        words = ["bundle", "export", "--out", self.stick(stick)] + (["--site", site] if site else [])
        return pathlib.Path(sender.run(*words)["file"])

    def stations(self):
        return [self.hub, *self.nodes.values()]

    def written_anywhere(self, words):
        """Files of data folders and logs that hold these bytes (UTF-8, and the ASCII of a JSON escape)."""
        wanted = [words.encode(), re.sub(rb'^"|"$', b"", json.dumps(words).encode())]
        return [f for f in self.folder.rglob("*") if f.is_file() and any(w in f.read_bytes() for w in wanted)]


class OfficeCase(unittest.TestCase):
    """Cases that share one office, which goes with the last of them."""

    @classmethod
    def open_office(cls, environment=None, serve=True):
        cls.office = Office(environment)
        cls.addClassCleanup(cls.office.__exit__)
        cls.hub = cls.office.hub
        cls.office.set_up_hub(serve)


class Line:
    """The network between a node and its hub: a forwarder that can be cut, can lose what the hub answers, or drops every
    connection after so many bytes."""

    def __init__(self, port):
        self.target = port
        self.port = free_port()
        self.lose_answers = False
        self.drops_after = None
        self.lost = 0
        self.listener = None
        self.restore()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def restore(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def cut(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.listener = None

    def accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(near,), daemon=True).start()

    def carry(self, near):
        with near:
            try:
                far = socket.create_connection(("127.0.0.1", self.target), timeout=PATIENCE)
            except OSError:
                return
            with far:
                threading.Thread(target=self.pump, args=(near, far), daemon=True).start()
                self.pump(far, near, answers=True)

    def pump(self, source, sink, answers=False):
        ours, theirs = (b"Host: 127.0.0.1:%d\r\n" % port for port in (self.port, self.target))
        carried = 0
        try:
            while data := source.recv(4096):
                carried += len(data)
                if self.drops_after is not None and carried > self.drops_after:
                    self.lost += 1
                    break
                if answers and self.lose_answers:
                    self.lost += 1
                    break
                # The hub answers to its own name only, so the head of a request names it.
                sink.sendall(data if answers else data.replace(ours, theirs, 1))
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
