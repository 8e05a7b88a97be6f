"""R58 at the finished programs: a body ends, its open work goes to its successor as new assignments, and what is unclear
is listed until somebody decides."""
import unittest

from tram import DATA, OfficeCase

ENDED, HEIR, OTHER = "hy.cqd", "hy.btc", "hy.vp"


class Successors(OfficeCase):
    @classmethod
    def setUpClass(cls):
        cls.open_office()
        cls.office.load_plan()
        cls.heir = cls.office.enrolled_node(HEIR)
        cls.heir.run("sync")

    def of(self, body, states=("handed_over", "available")):
        return {t["ref"]: a for t in self.hub.tasks(body) for a in t["assignments"]
                if a["org"] == body and a["state"] in states}

    def test_01_a_body_that_lives_keeps_its_work(self):
        ref = sorted(self.of(ENDED))[0]
        self.assertEqual(self.hub.refusal("task", "rehome", ref, "--org", ENDED, exit_code=5), "body_lives")
        self.assertEqual(self.hub.refusal("org", "end", "hy.none", "--on", "2025-06-30"), "unknown_body")
        self.assertEqual(self.hub.refusal("org", "end", ENDED, "--on", "2025-06-30", "--successor", ENDED), "own_successor")
        self.assertEqual(self.hub.run("org", "rehome"), {"rehomed": [], "to_decide": []})

    def test_02_open_work_goes_to_the_one_successor(self):
        self.hub.run("org", "end", ENDED, "--on", "2025-06-30", "--successor", HEIR)
        before = self.of(ENDED)
        taken = set(before) & set(self.of(HEIR))
        self.assertTrue(set(before) - taken)
        said = self.hub.run("org", "rehome", "--dry-run")
        self.assertEqual(self.of(ENDED), before)
        done = self.hub.run("org", "rehome")
        self.assertEqual(done, said)
        self.assertEqual({r["task"] for r in done["rehomed"]}, set(before) - taken)
        self.assertEqual({r["to"] for r in done["rehomed"]}, {HEIR})
        self.assertEqual({r["task"] for r in done["to_decide"]}, taken)  # the heir has those itself
        self.assertEqual(set(self.of(ENDED)), taken)
        self.assertEqual(set(self.of(ENDED, ("cancelled",))), set(before) - taken)
        self.heir.run("sync")
        for ref in set(before) - taken:
            new = self.of(HEIR)[ref]
            self.assertEqual(new["deadline_written"], before[ref]["deadline_written"])
            self.assertEqual(new["deadline"], before[ref]["deadline"])
            old = self.hub.run("task", "show", ref)["task"]
            confirmation = [o for a in old["assignments"] if a["org"] == HEIR for o in a["obligations"]
                            if o["kind"] == "confirmation"]
            self.assertNotEqual(confirmation[0]["standing"], "met")
            self.assertEqual(self.heir.assignment(ref, HEIR)["state"], "available")
            self.assertEqual(self.hub.explained(new["id"], "predecessor"), [before[ref]["id"]])
        self.assertEqual(self.hub.run("org", "rehome")["rehomed"], [])
        self.assertEqual(self.heir.digest(), self.hub.digest(HEIR))

    def test_03_a_person_decides_what_is_unclear(self):
        self.hub.run("org", "end", HEIR, "--on", "2025-07-31")  # and nobody goes on with its work
        unclear = self.hub.run("org", "rehome")
        self.assertEqual(unclear["rehomed"], [])
        refs = [r["task"] for r in unclear["to_decide"] if r["from"] == HEIR and r["task"] not in self.of(OTHER)]
        self.assertTrue(refs)
        self.assertEqual([(r["task"], r["from"]) for r in unclear["to_decide"]],
                         [(r["ref"], r["org"]) for r in self.hub.run("office", "lists")["without_successor"]])
        self.assertEqual(self.hub.refusal("task", "rehome", refs[0], "--org", HEIR), "which_successor")
        self.assertEqual(self.hub.refusal("task", "rehome", refs[0], "--org", HEIR, "--to", ENDED), "body_ended")
        self.hub.run("task", "rehome", refs[0], "--org", HEIR, "--to", OTHER)
        self.assertIn(refs[0], self.of(OTHER))
        self.assertNotIn(refs[0], [r["task"] for r in self.hub.run("org", "rehome", "--dry-run")["to_decide"]
                                   if r["from"] == HEIR])

    def test_04_nothing_new_is_given_to_a_body_that_ended(self):
        self.hub.run("org", "import", DATA / "organisations.csv")  # the file does not speak of ends: they stay
        again = self.hub.run("plan", "import", "--document", DATA / "document.csv", "--tasks", DATA / "tasks.csv")
        self.assertEqual(again["changed"], 0, "what was handed on stands for the lead that the file names")
        tasks = self.office.folder / "more.csv"
        lines = (DATA / "tasks.csv").read_text(encoding="utf-8").rstrip("\n").split("\n")
        row = lines[1].split(",")
        columns = lines[0].lstrip("\ufeff").split(",")
        row = ["NEW.1" if c == "ref" else "Việc mới" if c == "title" else HEIR if c == "lead" else "normal"
               if c == "priority" else "local" if c == "scope" else "" for c in columns]
        tasks.write_text("\n".join(lines + [",".join(row)]) + "\n", encoding="utf-8")
        answer = self.hub.run("plan", "import", "--document", DATA / "document.csv", "--tasks", tasks, expect=3)["error"]
        self.assertEqual(answer["code"], "body_ended")
        self.assertIn(f"row {len(lines) + 1}, column lead", answer["message"])
        self.assertEqual(self.hub.refusal("task", "replace", sorted(self.of(OTHER))[0], "--org", OTHER, "--to", ENDED,
                                          "--reason", "x", "--by-document", "1", "--on", "2025-08-01"), "body_ended")


if __name__ == "__main__":
    unittest.main()
