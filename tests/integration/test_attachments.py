"""Attachments through the finished programs: a file is attached where there is no network, arrives by the line, by a
line that is cut, by stick, with the same bytes; what is not here is a placeholder."""
import hashlib
import pathlib
import random
import unittest

from tram import Line, OfficeCase, WebSession, until

SITE, OTHER = "hy.ubnd", "hy.tx-my-hao"
REF = "III.2.1.c"
MEGABYTE = 1 << 20


def content(seed, size):
    return random.Random(seed).randbytes(size)


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


class Attachments(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        cls.line = Line(cls.hub.port)
        cls.node = cls.office.node(SITE)
        code = cls.hub.run("site", "add", SITE, "--pre-approved")["code"]
        cls.node.run("enrol", "--hub", cls.line.url, "--code", code)
        cls.office.add_people(cls.node)
        cls.office.load_plan()
        cls.node.run("sync")
        cls.node.run("sync")

    def file(self, name, size):
        path = self.office.folder / name
        path.write_bytes(content(name, size))
        return path

    def attach(self, station, path, user="an", **options):
        return station.run("task", "attach", REF, path, user=user, **options)

    def listed(self, station, attachment):
        items = station.run("attachment", "list", REF)["items"]
        return next((i for i in items if i["id"] == attachment), None)

    def saved(self, station, attachment):
        out = self.office.folder / f"{station.name}-{attachment}"
        station.run("attachment", "save", attachment, "--out", out)
        return out

    def test_a_file_attached_offline_arrives_with_the_same_bytes(self):
        path = self.file("Báo cáo.pdf", 3 * MEGABYTE + 17)
        self.line.cut()
        attached = self.attach(self.node, path)
        self.assertEqual((attached["name"], attached["size"], attached["state"], attached["parts"]),
                         ("Báo cáo.pdf", 3 * MEGABYTE + 17, "here", 13))
        self.assertEqual(self.node.refusal("sync", exit_code=4), "hub_unreachable")
        self.line.restore()
        self.node.run("sync")
        there = self.listed(self.hub, attached["id"])
        self.assertEqual((there["state"], there["name"], there["org"], there["by"]), ("here", "Báo cáo.pdf", SITE, "an"))
        self.assertEqual(sha256(self.saved(self.hub, attached["id"])), sha256(path))
        self.assertEqual(self.listed(self.node, attached["id"])["parts_at_hub"], 13)
        # A file that exists is never written over.
        out = self.office.folder / f"{self.hub.name}-{attached['id']}"
        self.assertEqual(self.hub.refusal("attachment", "save", attached["id"], "--out", out), "exists")

    def test_an_upload_goes_on_after_the_hub_and_the_node_were_killed(self):
        path = self.file("large.zip", 6 * MEGABYTE)
        node, hub = self.node, self.hub
        attached = self.attach(node, path)
        node.serve()
        process = node.start_command("sync")
        # Killed with part of it at the hub.
        until(lambda: (self.listed(hub, attached["id"]) or {"parts_here": 0})["parts_here"] >= 3, "some parts at the hub")
        node.kill()
        hub.kill()
        process.communicate(timeout=30)
        hub.serve()
        before = self.listed(hub, attached["id"])["parts_here"]
        self.assertGreaterEqual(before, 3)
        sent = node.run("sync")["bytes_sent"]
        self.assertEqual(sha256(self.saved(hub, attached["id"])), sha256(path))
        self.assertLess(sent, (24 - before + 4) * 256 * 1024 * 1.02, "what was there is not sent again")

    def test_a_file_goes_by_stick_both_ways(self):
        path = self.file("by stick.odt", MEGABYTE + 5)
        attached = self.attach(self.node, path)
        self.assertEqual(self.office.carry(self.node, self.hub)["outcome"], "ok_new")
        self.assertEqual(sha256(self.saved(self.hub, attached["id"])), sha256(path))
        down = self.file("from the hub.png", 700_001)
        sent = self.hub.run("task", "attach", REF, down, "--org", SITE)
        self.assertEqual(self.office.carry(self.hub, self.node, SITE)["outcome"], "ok_new")
        self.assertEqual(sha256(self.saved(self.node, sent["id"])), sha256(down))

    def test_a_file_that_is_not_here_is_a_placeholder_and_stops_nothing(self):
        other = self.office.nodes.get(OTHER) or self.office.enrolled_node(OTHER)
        path = self.file("placeholder.txt", 600_000)
        attached = self.hub.run("task", "attach", REF, path, "--org", SITE)
        # The receipt comes, the contents cannot: the record says what is missing and whose it is.
        file = self.office.export(self.hub, SITE, "kept")
        self.assertIsNotNone(file)
        withdrawn = self.hub.run("task", "attach", REF, self.file("gone.txt", 10), "--org", SITE)
        self.hub.run("attachment", "withdraw", withdrawn["id"])
        self.node.run("sync")
        self.assertEqual(self.listed(self.node, withdrawn["id"])["state"], "withdrawn")
        self.assertEqual(self.node.refusal("attachment", "save", withdrawn["id"], "--out", self.office.folder / "gone",
                                           exit_code=5), "attachment_withdrawn")
        self.assertEqual(self.listed(self.node, attached["id"])["state"], "here")
        # Out of scope: nothing is known, and naming the id gains nothing.
        other.run("sync")
        self.assertEqual(other.refusal("attachment", "save", attached["id"], "--out", self.office.folder / "foreign"),
                         "unknown_attachment")

    def test_what_cannot_be_attached_is_refused_with_a_sentence(self):
        folder = self.office.folder / "folder"
        folder.mkdir()
        link = self.office.folder / "link"
        link.symlink_to("/etc/passwd")
        large = self.office.folder / "large"
        with open(large, "wb") as f:
            f.truncate(256 * MEGABYTE + 1)
        before = len(self.node.run("attachment", "list", REF)["items"])
        for path, code in ((folder, "not_a_file"), (link, "not_a_file"), (self.office.folder / "none", "no_such_file"),
                           (large, "file_too_large")):
            answer = self.node.ask("task", "attach", REF, path, user="an")
            self.assertEqual((answer.exit, answer.error), (3, code), path)
            self.assertTrue(answer.json["error"]["message"] and answer.json["error"]["next"], path)
        self.assertEqual(len(self.node.run("attachment", "list", REF)["items"]), before)
        self.assertEqual(self.hub.refusal("attachment", "withdraw", self.attach(self.node, self.file("own", 10))["id"]),
                         "unknown_attachment", "the hub has not heard of it yet")
        self.node.run("sync")
        own = next(i for i in self.hub.run("attachment", "list", REF)["items"] if i["name"] == "own")
        self.assertEqual(self.hub.refusal("attachment", "withdraw", own["id"]), "not_ours")

    def test_a_file_is_listed_and_downloaded_over_the_web(self):
        path = self.office.folder / "Kế hoạch.html"
        path.write_text("<script>alert(1)</script>")
        attached = self.attach(self.node, path)
        self.node.serve()
        try:
            session = WebSession(self.node, "an")
            task = next(t for t in self.node.tasks() if t["ref"] == REF)["id"]
            items = session.get(f"/api/v1/tasks/{task}/attachments")["items"]
            self.assertIn((attached["id"], "Kế hoạch.html", "here"), [(i["id"], i["name"], i["state"]) for i in items])
            address = f"/api/v1/tasks/{task}/attachments/{attached['id']}"
            status, text, headers = self.node.http("GET", address, None, {"Cookie": session.cookie})
            self.assertEqual((status, text), (200, path.read_text()))
            self.assertEqual(headers["Content-Type"], "application/octet-stream")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Content-Security-Policy"], "sandbox")
            self.assertEqual(headers["Content-Disposition"],
                             "attachment; filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch.html")
            for wrong in (address[:-1] + "x", f"/api/v1/tasks/{task}/attachments/{'0' * 32}"):
                self.assertEqual(self.node.http("GET", wrong, None, {"Cookie": session.cookie})[0], 404, wrong)
        finally:
            self.node.stop()

    def test_a_name_is_shown_cleaned_and_never_used_as_a_path(self):
        path = self.office.folder / "\u202egnp.exe\n"
        path.write_bytes(b"x")
        attached = self.attach(self.node, path)
        self.assertEqual(attached["name"], "?gnp.exe?")
        self.assertEqual(self.node.run("verify")["problems"], [])


