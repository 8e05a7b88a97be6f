"""Reports at the finished programs: revisions that name the one before, paper, what differs from the system's data, and
what the hub expects beside what came."""
import json
import pathlib
import unittest

from tram import OfficeCase

SITE, REGIME, DAY = "hy.ubnd", "weekly:wed:10:00", "2025-04-23"


class Reports(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        cls.office.load_plan()
        cls.site = cls.office.enrolled_node(SITE)
        cls.site.run("sync")

    def submitted(self, *words):
        draft = self.site.run("report", "draft", *words, "--text", "Kết quả tuần", user="an")
        approved = self.site.run("report", "approve", draft["id"], user="binh")
        self.site.run("report", "submit", approved["id"], user="an")
        return approved["id"]

    def test_a_revision_names_the_one_before(self):
        first = self.submitted("--regime", REGIME, "--period", DAY)
        self.assertEqual(self.site.refusal("report", "draft", "--text", "x", user="an", exit_code=2), "usage")
        second = self.submitted("--corrects", first)
        again = self.site.refusal("report", "draft", "--corrects", first, "--text", "x", user="an", exit_code=5)
        self.assertEqual(again, "revised_already")
        folder = pathlib.Path(self.site.run("report", "export", second, "--out", self.office.stick("reports"), user="binh")["folder"])
        checked = self.site.run("report", "verify", folder)
        self.assertEqual((checked["outcome"], checked["revision"]), ("ok_new", 2))
        self.site.run("sync")
        at_hub = {r["id"]: r for r in self.hub.run("report", "list")["items"]}
        self.assertEqual((at_hub[second]["corrects"], at_hub[second]["period"]), (first, DAY))
        self.hub.run("report", "take", second, "--decision", "received")
        self.assertEqual({r["id"]: r["state"] for r in self.hub.run("report", "list")["items"]}[second], "received")

    def test_what_the_system_says_otherwise_is_named(self):
        report = self.submitted("--regime", REGIME, "--period", "2025-05-07", "--paper-reason", "technical_fault",
                                "--paper-moment", "2025-05-07T09:40:00+07:00")
        self.assertEqual(self.site.run("report", "differences", report)["items"], [])
        draft = self.site.run("task", "report", "III.2.1.g", "--progress", "45", "--state", "started", "--note", "x", user="an")
        self.site.run("task", "approve", draft["id"], user="binh")
        self.site.run("sync")
        found = {(d["ref"], d["fact"]): (d["reported"], d["system"]) for d in self.hub.run("report", "differences", report)["items"]}
        self.assertEqual(found[("III.2.1.g", "progress")], ("0", "45"))
        self.hub.run("difference", "open", report, "--fact", "III.2.1.g progress", "--reported-value", "0", "--system-value", "45")
        self.assertEqual(self.hub.run("record", "list", "difference", "--on", report)["items"][0]["state"], "opened")
        self.assertEqual({r["id"]: r["paper_reason"] for r in self.hub.run("report", "list")["items"]}[report], "technical_fault")
        self.assertEqual(self.site.refusal("report", "draft", "--regime", REGIME, "--period", "2025-05-14", "--text", "x",
                                           "--paper-reason", "rain", user="an"), "bad_value")

    def test_what_is_due_stands_beside_what_came(self):
        regimes = self.office.folder / "regimes.csv"
        regimes.write_text(f"org,name,recurrence\n{SITE},Chiều thứ Tư,{REGIME} from 2025-04-16 to 2025-05-31\n")
        self.assertEqual(self.hub.run("report", "regimes", "import", regimes)["added"], 1)
        self.assertEqual(self.hub.run("report", "regimes", "import", regimes)["unchanged"], 1)
        bad = self.office.folder / "bad.csv"
        bad.write_text(f"org,name,recurrence\n{SITE},a,sometimes\nnobody,b,monthly\n")
        answer = self.hub.run("report", "regimes", "import", bad, expect=3)["error"]
        self.assertIn("row 2, column recurrence", answer["message"])
        self.assertIn("row 3, column org", answer["message"])
        came = self.submitted("--regime", REGIME, "--period", "2025-05-21")
        self.site.run("sync")
        due = {d["period"]: d for d in self.hub.run("report", "due", "2025", "--org", SITE)["items"]
               if d["regime"] == "Chiều thứ Tư"}
        self.assertEqual(len(due), 7)
        self.assertEqual((due["2025-05-21"]["report"], due["2025-05-21"]["late"]), (came, True))
        self.assertTrue(due["2025-05-21"]["explanation_needed"])
        self.assertTrue(due["2025-05-28"]["explanation_needed"], "nothing came")
        self.assertIsNone(due["2025-05-28"]["report"])
        self.assertEqual(self.hub.refusal("report", "due", "then", exit_code=2), "usage")


if __name__ == "__main__":
    unittest.main()
