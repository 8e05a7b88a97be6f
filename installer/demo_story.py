"""The outage story, end to end, on the finished programs (the contract's "scripted story"). Each step states what it
proves; the first that does not hold ends the run with exit 1. All programs run under libfaketime from Wednesday
2025-04-23 09:55 +07:00, so that the Wednesday report is about to fall due."""
import pathlib
import subprocess
import sys
import tempfile
import time

from demo_stations import DATA, Office, StepFailed, story_time

SITE, OTHER = "hy.ubnd", "hy.btc"
SECRET = "a demo password, not a secret"


def hold(condition, what):
    if not condition:
        raise StepFailed(what)


def counts(node):
    status = node.run("status")
    return status["to_approve"], status["to_send"], status["waiting_receipt"]


def assignment(answer, ref, organisation):
    task = next(t for t in answer["tasks"] if t["ref"] == ref)
    return next(a for a in task["assignments"] if a["org"] == organisation)


class Story:
    def __init__(self, office):
        self.office = office
        self.hub = office.hub
        self.stick = office.folder / "stick"
        self.stick.mkdir()

    def set_up(self):
        hub = self.hub
        hub.run("init", "--name", "Văn phòng Tỉnh ủy Hưng Yên")
        loaded = hub.run("org", "import", DATA / "organisations.csv")
        hold(loaded["added"] == 18, f"18 bodies, not {loaded}")
        hub.add_user("chanh-van-phong", "hub_security", SECRET)
        hub.serve()
        hub.ready()

    def enrol_by_network(self):
        node = self.node = self.office.node(SITE)
        code = self.hub.run("site", "add", SITE)
        waiting = subprocess.Popen(
            [str(node.binary), "--data", str(node.folder), "--json", "enrol", "--hub", self.hub.url, "--code", code["code"],
             "--root-fingerprint", code["root_fingerprint"]], env=node.environment, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not any(s["state"] == "pending" for s in self.hub.run("site", "list")["sites"]):
            hold(time.monotonic() < end, "no request arrived at the hub")
            time.sleep(0.1)
        approved = self.hub.run("site", "approve", SITE, second="chanh-van-phong")
        hold(waiting.wait(timeout=30) == 0, "the node was not enrolled")
        hold(node.run("status")["enrolled"], "the node does not know it is enrolled")
        hold(approved["device"] == node.run("status")["device"], "another device was approved")

    def enrol_by_file(self):
        node = self.other = self.office.node(OTHER)
        keys, request, reply = (self.stick / n for n in ("hub.trk", "request.trb", "reply.trb"))
        code = self.hub.run("site", "add", OTHER, "--pre-approved", "--key-file-out", keys)
        node.run("enrol", "--hub-key-file", keys, "--code", code["code"], "--request-out", request)
        self.hub.run("site", "approve", "--request", request, "--out", reply)
        hold(node.run("enrol", "--reply", reply)["enrolled"], "the reply did not enrol the node")
        node.run("enrol", "--reply", reply, expect=5)
        for file in (keys, request, reply):
            file.unlink()

    def people(self):
        for node in (self.node, self.other):
            node.add_user("an", "operator", SECRET + " an")
            node.add_user("binh", "approver", SECRET + " binh")

    def load_and_hand_over(self):
        files = ("--document", DATA / "document.csv", "--tasks", DATA / "tasks.csv")
        loaded = self.hub.run("plan", "import", *files)
        hold((loaded["tasks"], loaded["assignments"]) == (44, 86), f"44 tasks and 86 assignments, not {loaded}")
        hold(self.hub.run("plan", "import", *files)["changed"] == 0, "the same file twice changed something")
        handed = self.hub.run("plan", "hand-over", "406", "--unsigned-reason", "ký số chưa sẵn sàng", second="chanh-van-phong")
        hold(handed["handed_over"] == 86, f"86 handed over, not {handed}")

    def receive(self):
        self.node.run("sync")
        self.node.run("sync")
        mine = self.node.run("task", "list", "--org", SITE)["tasks"]
        theirs = self.hub.run("task", "list", "--org", SITE)["tasks"]
        hold(len(mine) == len(theirs) > 0, f"{len(mine)} tasks at the site, {len(theirs)} at the hub")
        state = assignment(self.node.run("task", "list"), "III.2.1.c", SITE)["state"]
        hold(state == "available", f"handed over, but {state}")
        self.other.run("bundle", "import", self.carry(self.hub, "--site", OTHER))

    def update_and_approve(self):
        node = self.node
        node.run("task", "receive", "III.2.1.c", user="an")
        draft = node.run("task", "update", "III.2.1.c", "--progress", "40", "--state", "started", "--note",
                         "Đã xong dự thảo đề án", user="an")
        hold(draft["changeset"] is None and counts(node)[0] == 1, "the update does not wait for approval")
        node.run("task", "approve", draft["id"], user="an", expect=3)
        node.run("task", "approve", draft["id"], user="binh")
        hold(counts(node)[1] == 2, f"two items to send, not {counts(node)}")
        node.run("sync")
        hold(counts(node) == (0, 0, 0), f"everything is receipted, not {counts(node)}")
        hold(assignment(self.hub.run("task", "list"), "III.2.1.c", SITE)["progress"] == 40, "the hub does not see 40 %")

    def network_goes(self):
        self.hub.stop()
        self.node.run("sync", expect=4)

    def both_go_on(self):
        self.hub.run("task", "set", "III.2.1.c", "agreed_next_step", "Trình Chính phủ trước 28/4")
        self.hub.run("task", "set", "III.2.1.d", "deadline", "2025-05-09")
        self.node.run("task", "set", "III.2.1.c", "agreed_next_step", "Họp với Thái Bình ngày 25/4", user="an")
        self.node.run("task", "set", "III.2.1.d", "deadline", "2025-05-30", user="an")

    def report(self):
        node = self.node
        draft = node.run("report", "draft", "--regime", "weekly:wed:10:00", "--text", "Tiến độ thực hiện Kế hoạch 406", user="an")
        node.run("report", "approve", draft["id"], user="an", expect=3)
        approved = node.run("report", "approve", draft["id"], user="binh")
        node.run("report", "submit", approved["id"], user="binh")
        folder = node.run("report", "export", approved["id"], "--out", self.stick, user="binh")["folder"]
        checked = node.run("report", "verify", folder)
        hold(checked["prepared_by"] == "an" and checked["approved_by"] == "binh", f"both names stay with it, not {checked}")
        occurrences = node.run("task", "show", "III.2.3")["task"]["occurrences"]
        today = next(o for o in occurrences if o["due"].startswith("2025-04-23T10:00"))
        hold(today["met"], "the report does not answer today's Wednesday date")

    def carry(self, sender, *words):
        for old in (self.stick / "TRAM").glob("*.TRB"):
            old.unlink()
        return sender.run("bundle", "export", *words, "--out", self.stick)["file"]

    def stick_to_hub_and_back(self):
        self.bundle = pathlib.Path(self.carry(self.node))
        waiting = counts(self.node)
        hold(waiting[1] == 0 and waiting[2] > 0, f"what left waits for its receipt, not {waiting}")
        hold(self.node.run("bundle", "check", self.bundle)["bundles"][0]["complete"], "the courier sees an incomplete bundle")
        taken = self.hub.run("bundle", "import", self.stick)
        hold(taken["bundles"][0]["outcome"] == "ok_new", f"the hub did not take the bundle: {taken}")
        hold(taken["reports"][0]["outcome"] == "ok_new", f"the signed report inside was not taken: {taken}")
        report = next(r for r in self.hub.run("report", "list")["items"] if r["site"] == SITE)
        hold(report["state"] == "submitted" and report["received_at"], f"the report has both moments, not {report}")
        again = self.hub.run("bundle", "import", self.bundle)
        hold(again["bundles"][0]["outcome"] == "duplicate", "the same bundle twice is a duplicate")
        self.node.run("bundle", "import", self.carry(self.hub, "--site", SITE))
        hold(counts(self.node) == (0, 0, 0), f"the receipts came back, not {counts(self.node)}")

    def digests_equal(self):
        for organisation, node in ((SITE, self.node), (OTHER, self.other)):
            here, there = node.run("digest")["digest"], self.hub.run("digest", "--site", organisation)["digest"]
            hold(here == there, f"the digests of {organisation} differ")

    def network_returns(self):
        self.hub.serve()
        self.hub.ready()
        self.node.run("sync")
        self.other.run("bundle", "import", self.carry(self.hub, "--site", OTHER))
        self.digests_after_other()

    def digests_after_other(self):
        # The other site has only sticks: what it signed by itself (available) goes back and forth once more.
        self.hub.run("bundle", "import", self.carry(self.other))
        self.other.run("bundle", "import", self.carry(self.hub, "--site", OTHER))
        self.node.run("sync")
        self.digests_equal()

    def conflicts(self):
        for station in (self.hub, self.node):
            items = station.run("conflicts", "list")["items"]
            hold(len(items) == 1 and items[0]["field"] == "agreed_next_step", f"one conflict is listed, not {items}")
            hold(len(items[0]["values"]) == 2, "a conflict lists both values")
        proposals = self.hub.run("proposals", "list")["items"]
        hold(len(proposals) == 1 and proposals[0]["field"] == "deadline", f"the site's deadline is a proposal, not {proposals}")
        deadline = assignment(self.node.run("task", "list"), "III.2.1.d", SITE)["deadline"]
        hold(deadline.startswith("2025-05-09"), f"the assigning side's deadline stands, not {deadline}")
        conflict = self.hub.run("conflicts", "list")["items"][0]["id"]
        self.hub.run("conflicts", "resolve", conflict, "--keep", "theirs")
        self.node.run("sync")
        for station in (self.hub, self.node):
            hold(station.run("conflicts", "list")["items"] == [], "one resolution clears the conflict for all")
        step = assignment(self.node.run("task", "list"), "III.2.1.c", SITE)["agreed_next_step"]
        hold(step == "Họp với Thái Bình ngày 25/4", f"the chosen value stands, not {step}")
        self.other.run("bundle", "import", self.carry(self.hub, "--site", OTHER))
        self.digests_equal()

    def tampered(self):
        self.node.run("task", "set", "III.2.1.c", "tags", "khẩn", user="an")
        intact = pathlib.Path(self.carry(self.node))
        before = self.hub.run("digest", "--site", SITE)["digest"]
        content = bytearray(intact.read_bytes())
        content[len(content) // 2] ^= 1
        file = self.office.folder / "tampered.trb"
        file.write_bytes(content)
        refused = self.hub.run("bundle", "import", file, expect=3)
        hold(refused["bundles"][0]["outcome"] == "damaged_body", f"a tampered bundle is refused, not {refused}")
        hold(self.hub.run("digest", "--site", SITE)["digest"] == before, "a refused bundle changed something")
        taken = self.hub.run("bundle", "import", intact)
        hold(taken["bundles"][0]["outcome"] == "ok_new", f"the intact bundle is taken, not {taken}")
        self.node.run("bundle", "import", self.carry(self.hub, "--site", SITE))

    def verify(self):
        for station in self.office.stations():
            hold(station.run("verify")["ok"], f"{station.folder.name} does not verify")

    STEPS = [
        ("a hub is set up with its directory", set_up),
        ("a site enrols over the network, approved by two persons", enrol_by_network),
        ("another site enrols by files on a stick", enrol_by_file),
        ("each site has an operator and an approver", people),
        ("the plan is loaded and handed over", load_and_hand_over),
        ("the sites receive their tasks, one by network and one by stick", receive),
        ("an operator updates, an approver approves, the receipt comes", update_and_approve),
        ("the network goes; the work is kept", network_goes),
        ("both sides edit the same fields", both_go_on),
        ("the Wednesday report is drafted, approved, submitted and exported", report),
        ("it leaves in a bundle on a stick, and the receipts come back", stick_to_hub_and_back),
        ("the network returns and all sides converge", network_returns),
        ("conflicts are listed and one is resolved", conflicts),
        ("a tampered bundle is refused", tampered),
        ("everything stored verifies", verify),
    ]


def main():
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tram-story-") as folder:
        office = Office(sys.argv[1], pathlib.Path(folder) / "office", story_time())
        story = Story(office)
        try:
            for number, (words, step) in enumerate(Story.STEPS, 1):
                step(story)
                print(f"{number:2d}. {words}", flush=True)
            for station in office.stations():
                station.stop()
        except StepFailed as failure:
            print(f"FAILED: {failure}", file=sys.stderr)
            return 1
        finally:
            office.stop()
    print(f"the story held, {len(Story.STEPS)} steps in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
