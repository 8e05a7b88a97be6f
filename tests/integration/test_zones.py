"""Open, closed and practice zones are installations that have nothing in common (R8, R9, R54, R55)."""
import unittest

from tram import DATA, Office, Station, WebSession

SITE = "hy.ubnd"


class Zones(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.office = Office()
        cls.addClassCleanup(cls.office.__exit__)
        cls.hubs = {}
        for zone in ("open", "closed", "practice"):
            hub = Station(cls.office, "tram-hub", f"hub-{zone}")
            hub.run("init", "--name", f"Văn phòng {zone}", "--zone", zone)
            hub.run("org", "import", DATA / "organisations.csv")
            hub.add_user("second", "hub_security", "a test password, second")
            cls.hubs[zone] = hub

    def document(self, zone):
        """The plan as it may stand in that zone."""
        if zone != "closed":
            return DATA / "document.csv", DATA / "tasks.csv"
        document = self.office.folder / "closed-document.csv"
        lines = (DATA / "document.csv").read_text(encoding="utf-8").splitlines()
        document.write_text("\n".join(line.replace("confidentiality,normal", "confidentiality,1") for line in lines
                                      if not line.startswith("summary")) + "\n", encoding="utf-8")
        tasks = self.office.folder / "closed-tasks.csv"
        tasks.write_text("ref,title,lead,coordinating,start,deadline,recurrence,condition,priority,scope\n"
                         "II.1,,hy.ubnd hy.btc,,,2025-06-30,,,normal,province\n", encoding="utf-8")
        return document, tasks

    def load(self, zone, documents_of, **how):
        document, tasks = self.document(documents_of)
        return self.hubs[zone].run("plan", "import", "--document", document, "--tasks", tasks, **how)

    def test_1_each_zone_takes_its_own_class_alone(self):
        self.assertEqual(self.load("open", "closed", expect=3)["error"]["code"], "class_refused")
        self.assertEqual(self.load("practice", "closed", expect=3)["error"]["code"], "class_refused")
        self.assertEqual(self.load("closed", "open", expect=3)["error"]["code"], "class_refused")
        self.assertEqual(self.load("open", "open")["tasks"], 44)
        self.assertEqual(self.load("practice", "practice")["tasks"], 44)
        self.assertEqual(self.load("closed", "closed")["assignments"], 2)

    def test_2_the_closed_zone_has_no_place_for_summary_content_and_files(self):
        hub = self.hubs["closed"]
        (task,) = hub.tasks()
        self.assertEqual(task["title"], "")
        for field in ("content", "notes", "agreed_next_step", "percent", "result"):
            code = hub.refusal("task", "set", "II.1", field, "bí mật", "--org", SITE)
            self.assertEqual(code, "unknown_field", field)
        file = self.office.folder / "product.txt"
        file.write_text("bí mật", encoding="utf-8")
        self.assertEqual(hub.refusal("attachment", "add", task["id"], file), "class_refused")
        self.assertEqual(self.office.written_anywhere("bí mật"), [file], "nothing of it is kept")

    def test_3_practice_data_are_marked_and_no_others(self):
        for zone, hub in self.hubs.items():
            for words in (["task", "list"], ["status"], ["report", "list"], ["warnings", "list"], ["site", "list"]):
                self.assertEqual(hub.run(*words).get("practice"), True if zone == "practice" else None, (zone, words))

    def test_4_a_site_enrols_in_its_own_zone_alone(self):
        for zone, hub in self.hubs.items():
            keys = self.office.folder / f"{zone}.trk"
            code = hub.run("site", "add", SITE, "--pre-approved", "--key-file-out", keys)["code"]
            for other in self.hubs:
                node = Station(self.office, "tram-node", f"node-{zone}-{other}")
                node.run("init", "--site", SITE, "--zone", other)
                words = ["enrol", "--hub-key-file", keys, "--code", code, "--request-out", self.office.folder / "r"]
                if other == zone:
                    continue
                self.assertEqual(node.refusal(*words), "wrong_zone", (zone, other))

    def test_5_a_bundle_of_another_zone_is_refused(self):
        nodes = {}
        for zone in ("open", "practice"):
            node = Station(self.office, "tram-node", f"site-{zone}")
            node.run("init", "--site", "hy.btc", "--zone", zone)
            keys, request, reply = (self.office.folder / f"btc-{zone}.{kind}" for kind in ("trk", "request", "reply"))
            hub = self.hubs[zone]
            code = hub.run("site", "add", "hy.btc", "--pre-approved", "--key-file-out", keys)["code"]
            node.run("enrol", "--hub-key-file", keys, "--code", code, "--request-out", request)
            hub.run("site", "approve", "--request", request, "--out", reply)
            node.run("enrol", "--reply", reply)
            nodes[zone] = node
        bundle = self.office.export(nodes["practice"], stick="practice-stick")
        before = self.hubs["open"].digest()
        for zone in ("open", "closed"):
            answer = self.hubs[zone].run("bundle", "import", bundle, expect=3)
            self.assertIn(answer["bundles"][0]["outcome"], ("wrong_zone", "not_for_us"), zone)
            self.assertEqual(answer["bundles"][0]["applied"], 0)
        self.assertEqual(self.hubs["open"].digest(), before)

    def test_7_a_closed_zone_is_told_the_state_and_no_word_more(self):
        hub, node = self.hubs["closed"], Station(self.office, "tram-node", "site-closed")
        node.run("init", "--site", SITE, "--zone", "closed")
        keys, request, reply = (self.office.folder / f"ubnd-closed.{kind}" for kind in ("trk", "request", "reply"))
        code = hub.run("site", "add", SITE, "--pre-approved", "--key-file-out", keys)["code"]
        node.run("enrol", "--hub-key-file", keys, "--code", code, "--request-out", request)
        hub.run("site", "approve", "--request", request, "--out", reply)
        node.run("enrol", "--reply", reply)
        for name, role in (("an", "operator"), ("binh", "approver")):
            node.passwords[name] = f"a test password, {name}"
            node.run("user", "add", name, "--role", role, "--clearance", stdin=node.passwords[name] + "\n")
        hub.run("plan", "hand-over", "406", "--unsigned-reason", "ký số chưa sẵn sàng", second="second")
        for station in (hub, node):
            station.run("medium", "add", "USB-07")
        file = hub.run("bundle", "export", "--site", SITE, "--out", self.office.stick("closed-1"))["file"]
        self.assertEqual(node.refusal("bundle", "import", file), "medium_not_registered")
        self.assertEqual(node.refusal("bundle", "import", file, "--medium", "USB-08"), "medium_not_registered")
        bundle = node.run("bundle", "import", file, "--medium", "USB-07")["bundles"][0]
        self.assertEqual(bundle["outcome"], "ok_new")
        self.note_in_the_register(node)
        node.run("task", "receive", "II.1", user="an")
        words = ("task", "report", "II.1", "--progress", "10", "--state", "started", "--note", "bí mật")
        self.assertEqual(node.refusal(*words, user="an"), "no_place_in_zone")
        self.assertEqual(node.refusal("task", "state", "II.1", "--state", "done", "--completed-on", "soon", user="an"),
                         "bad_date")
        for words in (["started"], ["done", "--completed-on", "2025-06-30"]):
            draft = node.run("task", "state", "II.1", "--state", *words, user="an")
            self.assertEqual(draft["state"], "to_approve")
            self.assertEqual(node.refusal("task", "approve", draft["id"], user="an"), "role_missing")
            node.run("task", "approve", draft["id"], user="binh")
            file = node.run("bundle", "export", "--out", self.office.stick("closed-2"))["file"]
            hub.run("bundle", "import", file, "--medium", "USB-07")
            self.assertEqual(hub.assignment("II.1", SITE)["state"], words[0])
        self.assertEqual(hub.run("proposals", "list")["items"], [])
        self.assertEqual(hub.assignment("II.1", SITE)["outcome"], "done_on_time")
        self.assertEqual(self.office.written_anywhere("bí mật"), [self.office.folder / "product.txt"])
        open_zone = self.hubs["open"]
        self.assertEqual(open_zone.refusal("formats", "list", "odt"), "unknown_format")
        formats = {f["format"]: (f["in"], f["out"]) for f in hub.run("formats", "list")["items"]}
        self.assertEqual((formats["rating_file"], formats["csv"]), ((False, False), (True, True)))

    def note_in_the_register(self, node):
        """R56: one entry for each bundle, and the two agree."""
        (code,) = node.run("courier", "list")["without_entry"]
        words = ["courier", "note", "--bundle", code, "--handed-by", "An", "--handed-to", "Bình", "--handed-at",
                 "2025-05-05T09:00:00+07:00"]
        self.assertEqual(node.refusal(*words), "entry_incomplete")
        self.assertEqual(node.refusal(*words, "--medium", "USB-08"), "medium_not_registered")
        node.run(*words, "--medium", "USB-07", "--other-end", SITE)
        register = node.run("courier", "list")
        self.assertEqual((register["without_entry"], register["without_bundle"]), ([], []))
        self.assertEqual([(e["bundle"], e["medium"], e["zone"]) for e in register["items"]], [(code, "USB-07", "closed")])

    def test_8_practice_is_marked_over_the_api_too(self):
        for zone in ("practice", "open"):
            hub = self.hubs[zone]
            hub.add_user("van-phong", "hub_office", "a test password, van-phong")
            hub.serve()
            session = WebSession(hub, "van-phong")
            for path in ("tasks", "status", "organisations", "figures"):
                self.assertEqual(session.get(f"/api/v1/{path}").get("practice"), True if zone == "practice" else None)
            hub.stop()

    def test_6_a_closed_installation_listens_inside_its_seat_alone(self):
        hub = self.hubs["closed"]
        self.assertEqual(hub.run("serve", "--listen", "203.0.113.7:8080", expect=3)["error"]["code"], "listen_refused")
        hub.serve()
        hub.stop()
