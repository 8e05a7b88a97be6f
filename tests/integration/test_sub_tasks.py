"""R18 at the finished programs: a body breaks its task into sub-tasks for the bodies below it and follows them as the
office follows it; the parent's clocks stay what they are."""
import unittest

from tram import DATA, OfficeCase

SITE, BELOW, BESIDE = "hy.ubnd", "hy.ubnd.tc", "hy.btc"
REF = "III.2.1.c"
BODIES = "id,name_vi,name_en,kind,parent\nhy.ubnd.tc,Sở Tài chính,Department of Finance,implementing,hy.ubnd\n"


class SubTasks(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        file = cls.office.folder / "below.csv"
        file.write_text(BODIES, encoding="utf-8")
        cls.hub.run("org", "import", file)
        cls.office.load_plan()
        cls.site = cls.office.enrolled_node(SITE)
        cls.site.add_user("theo-doi", "follow_up", "a test password, theo-doi")
        cls.below = cls.office.enrolled_node(BELOW)
        cls.sync()

    @classmethod
    def sync(cls):
        for _ in range(3):
            cls.site.run("sync")
            cls.below.run("sync")

    def detail(self, station, ref):
        return station.run("task", "show", ref)["task"]

    def part(self, station=None):
        own = next(a for a in self.detail(station or self.site, REF)["assignments"] if a["org"] == SITE)
        return own["sub_tasks"]

    def break_down(self, *words, **how):
        return self.site.run("task", "break", REF, "--content", "Lập dự toán", *words, **how)

    def test_01_what_does_not_fit_is_refused_and_changes_nothing(self):
        before = self.site.counts()
        for code, words in (("not_below", ("--to", BESIDE)), ("not_below", ("--to", SITE)),
                            ("unknown_body", ("--to", "hy.none")), ("bad_deadline", ("--to", BELOW, "--deadline", "soon")),
                            ("bad_date", ("--to", BELOW, "--start", "2025-02-30")),
                            ("duplicate_ref", ("--to", BELOW, "--ref", "II.1")),
                            ("bad_value", ("--to", BELOW, "--priority", "fast"))):
            with self.subTest(code=code, words=words):
                self.assertEqual(self.break_down(*words, user="an", expect=3)["error"]["code"], code)
        self.assertEqual(self.site.counts(), before)
        self.assertEqual(self.part(), [])

    def test_02_a_body_below_gets_its_part_and_the_parent_stays(self):
        parent = self.detail(self.site, REF)
        made = self.break_down("--to", BELOW, "--deadline", "2030-06-28", user="an")
        self.assertEqual(made["state"], "to_send")
        self.sync()
        self.assertEqual(self.hub.run("proposals", "list")["items"], [])
        task = self.detail(self.below, REF + "/1")
        self.assertEqual(task["id"], made["id"])
        self.assertEqual((task["title"], [b["org"] for b in task["lead"]]), ("Lập dự toán", [BELOW]))
        self.assertEqual(task["parent"]["id"], None)  # the parent's own text is not for the body below
        self.assertEqual(task["assignments"][0]["state"], "available")
        confirmation = next(o for o in task["assignments"][0]["obligations"] if o["kind"] == "confirmation")
        self.assertIn(confirmation["standing"], ("open", "to_come"))
        for station in (self.site, self.hub):
            part = self.part(station)
            self.assertEqual([(p["ref"], p["org"], p["state"]) for p in part], [(REF + "/1", BELOW, "available")])
            self.assertTrue(part[0]["ends_after_parent"])
            shown = self.detail(station, REF + "/1")
            self.assertEqual((shown["parent"]["ref"], shown["parent"]["document"]), (REF, "406-KH/TU"))
        after = self.detail(self.site, REF)
        own = [next(a for a in t["assignments"] if a["org"] == SITE) for t in (parent, after)]
        self.assertEqual(own[0]["obligations"], own[1]["obligations"])
        self.assertEqual(own[0]["deadline"], own[1]["deadline"])

    def test_03_it_is_followed_in_the_same_way(self):
        ref = REF + "/1"
        self.below.run("task", "receive", ref, user="an")
        draft = self.below.run("task", "report", ref, "--progress", "100", "--state", "done", "--note", "Xong", user="an")
        self.below.run("task", "approve", draft["id"], user="binh")
        self.sync()
        self.assertEqual(self.part()[0]["state"], "done")
        self.site.run("task", "assess", ref, "--org", BELOW, "--judgement", "incomplete", "--text", "Thiếu bảng",
                      user="theo-doi")
        self.assertEqual(self.site.refusal("task", "reopen", ref, "--org", BELOW, "--text", "x", user="an"), "role_missing")
        self.assertEqual(self.below.refusal("task", "reopen", ref, "--text", "x", user="binh"), "not_ours")
        self.site.run("task", "reopen", ref, "--org", BELOW, "--text", "Bổ sung bảng số liệu", user="binh")
        self.site.run("task", "deadline", ref, "--org", BELOW, "--deadline", "2030-07-01", "--by-document", "12-CV/UBND",
                      "--on", "2025-05-05", user="binh")
        self.sync()
        shown = self.detail(self.below, ref)["assignments"][0]
        self.assertEqual((shown["state"], shown["deadline_written"]), ("reopened", "2030-07-01"))
        self.assertEqual(self.hub.run("proposals", "list")["items"], [])
        own = next(a for a in self.detail(self.hub, REF)["assignments"] if a["org"] == SITE)
        self.assertNotIn(own["state"], ("done", "reopened"))

    def test_04_the_office_s_document_is_loaded_again_without_touching_it(self):
        self.office.hub.run("plan", "import", *self.files())
        self.assertEqual(self.part(self.hub)[0]["state"], "reopened")
        self.assertEqual(self.hub.run("digest", "--site", BELOW)["digest"], self.below.digest())

    @staticmethod
    def files():
        return "--document", DATA / "document.csv", "--tasks", DATA / "tasks.csv"


if __name__ == "__main__":
    unittest.main()
